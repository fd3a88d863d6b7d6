"""How many texts a day may cost, and who still gets one when that is reached. Plain Python."""

from dataclasses import dataclass
from enum import StrEnum

from engage.messaging.rules import LAST_WORD, Klass


class Stage(StrEnum):
    """How much of a day's budget is left."""

    OPEN = "open"
    RESERVE = "reserve"
    SPENT = "spent"


# Source: SAFETY T21, A11: a flood may not use up what young people need, nor ever stop an alert.
RESERVE_FROM = 0.8
# What a person writes by hand, the way into an account, and the one confirmation of STOP.
BY_HAND = "from_worker"
ALWAYS = frozenset({BY_HAND, "sign_in_code", LAST_WORD})


@dataclass(frozen=True)
class Limits:
    """What holds back texts at this moment: the budget, and where unknown phones are answered."""

    stage: Stage = Stage.OPEN
    # As set (GB,IE); empty: the country of our own number.
    countries: str = ""
    own_number: str = ""


def stage_of(spent: int, budget: int) -> Stage:
    """Say how much of the budget (segments a day; 0: no limit) is left."""
    if not budget or spent < budget * RESERVE_FROM:
        return Stage.OPEN
    return Stage.RESERVE if spent < budget else Stage.SPENT


def may_spend(stage: Stage, *, klass: str, template: str, is_known: bool) -> bool:
    """Say whether a text may still go: alerts always, unknown phones only while there is plenty."""
    if klass == Klass.STAFF or template in ALWAYS:
        return True
    if stage is Stage.RESERVE:
        return is_known
    return stage is Stage.OPEN


def stages_passed(before: int, after: int, budget: int) -> list[Stage]:
    """List the stages that spending so much more brought us into."""
    was, now = stage_of(before, budget), stage_of(after, budget)
    order = list(Stage)
    return order[order.index(was) + 1 : order.index(now) + 1]
