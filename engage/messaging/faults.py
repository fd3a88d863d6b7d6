"""Named places where a test may stop, freeze or kill this process. Refused in production.

ENGAGE_FAULTS is a comma-separated list: `before_post=kill:0.01` kills in one of a hundred
passes, `after_post=freeze:0.01:2.5` stands still for 2.5 seconds, `lease=2` and `settle=1`
shorten the waits of delivery (seconds).
"""

import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import timedelta

from engage.messaging.delivery import Timing
from engage.messaging.rules import LEASE, SETTLE


@dataclass(frozen=True)
class _Fault:
    action: str
    chance: float
    seconds: float


_faults: dict[str, _Fault] = {}


def configure(text: str) -> Timing:
    """Set the faults of this process, and return the waits of delivery."""
    _faults.clear()
    waits = {"lease": LEASE, "settle": SETTLE}
    for part in filter(None, text.split(",")):
        name, _, value = part.strip().partition("=")
        if name in waits:
            waits[name] = timedelta(seconds=float(value))
        else:
            action, chance, seconds = (*value.split(":"), "1", "0")[:3]
            _faults[name] = _Fault(action, float(chance), float(seconds))
    return Timing(waits["lease"], waits["settle"])


def point(name: str) -> None:
    """Pass a named place; nothing happens unless a test asked for it."""
    if not _faults:
        return
    fault = _faults.get(name)
    if fault is None or random.random() >= fault.chance:  # noqa: S311 - luck, not secrecy
        return
    if fault.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(fault.seconds)
