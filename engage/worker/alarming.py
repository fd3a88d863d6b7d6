"""What makes a worker sound an alarm: refusals, an unwell provider, the budget, clock and disk."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from engage.config import Settings
from engage.messaging.budget_rules import Stage, stages_passed
from engage.messaging.rules import Breaker
from engage.operators import disk
from engage.operators.alarms import Alarm, alarm_for, hush, sound

log = structlog.get_logger("engage.worker")
NOT_AGAIN = timedelta(minutes=1)
# Longer than any hiccup, shorter than people wait. Source: SAFETY 6 R07 (escalated after 5 min).
DOWN_TOO_LONG = timedelta(minutes=5)
STEP = timedelta(minutes=10)  # Source: SAFETY 6 R13
OF_STAGE = {Stage.RESERVE: Alarm.BUDGET_NEAR, Stage.SPENT: Alarm.BUDGET_SPENT}


class Sounder:
    """Sounds the alarms of one worker, the same one at most once a minute."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._last: dict[Alarm, datetime] = {}

    def sound(self, kind: Alarm, now: datetime, number: int | None = None) -> None:
        """Sound an alarm, unless this worker did within the last minute."""
        last = self._last.get(kind)
        if last is not None and abs(now - last) < NOT_AGAIN:
            return
        self._last[kind] = now
        sound(kind, self.settings, now=now, number=number)

    def refused(self, codes: Iterable[int | None], now: datetime) -> None:
        """Sound for refusals that will not pass by themselves."""
        for code in set(codes):
            kind = alarm_for(code)
            if kind is not None:
                self.sound(kind, now, code)

    def spent(self, before: int, after: int, now: datetime) -> None:
        """Sound when the day's budget passes 80 or 100 %."""
        for stage in stages_passed(before, after, self.settings.sms_daily_budget):
            self.sound(OF_STAGE[stage], now, after)

    def provider(self, breaker: Breaker, now: datetime) -> None:
        """Sound while the provider has been unwell for five minutes, and end it afterwards."""
        since = breaker.down_since
        if since is None:
            hush(Alarm.PROVIDER_DOWN, now=now)
        elif now - since >= DOWN_TOO_LONG:
            self.sound(Alarm.PROVIDER_DOWN, now, int((now - since).total_seconds()))

    def disk(self, now: datetime) -> None:
        """Sound when the disk is nearly full, and give up the ballast before it is."""
        left = disk.room(self.settings)
        if left is None:
            return
        if left.free < disk.LAST_ROOM and disk.give_up_ballast(self.settings):
            log.error("ballast given up")
        if left.is_low:
            self.sound(Alarm.DISK_LOW, now, left.free >> 20)
        else:
            hush(Alarm.DISK_LOW, now=now)
            disk.keep_ballast(self.settings)


class ClockWatch:
    """Notices when the clock jumps: it then differs from the seconds that really went by."""

    def __init__(self, now: datetime, seconds: float):
        self._now, self._seconds = now, seconds

    def jumped(self, now: datetime, seconds: float) -> timedelta | None:
        """Return by how much the clock jumped since the last look, if by ten minutes or more.

        `seconds` come from a clock that nobody sets. Source: SAFETY 6 R13.
        """
        jump = (now - self._now) - timedelta(seconds=seconds - self._seconds)
        self._now, self._seconds = now, seconds
        return jump if abs(jump) >= STEP else None
