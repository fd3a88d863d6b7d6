"""What must be known of telling somebody, what is blank, and what was late. Plain Python."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from engage.episodes.notice_rules import SECOND_LOOK, NoticeState, Phase
from engage.policy.notice_rules import Notice


class Field(StrEnum):
    """One thing that is known of telling somebody. Source: MISSION C21, C22, C23."""

    TIME = "time"
    ROUTE = "route"
    NAME = "name"
    BADGE = "badge"
    AGENCY = "agency"
    PHONE = "phone"
    REPORT_NUMBER = "report_number"
    NCIC_ASKED = "ncic_asked"
    NCIC_NUMBER = "ncic_number"
    NOT_IN_CARE = "not_in_care"
    WHAT_WAS_SENT = "what_was_sent"
    REPORTED_BY = "reported_by"
    LATE_REASON = "late_reason"
    FOLLOW_UP = "follow_up"
    NEXT_CONTACT = "next_contact"
    REFUSED_BY = "refused_by"
    REFUSED_WHY = "refused_why"
    ESCALATED_TO = "escalated_to"
    LEFT_OUT = "left_out"
    WHY = "why"
    SECOND_LOOK = "second_look"


class Group(StrEnum):
    """Questions that stand on one page."""

    CONTACT = "contact"
    NUMBERS = "numbers"
    SENT = "sent"
    REFUSED = "refused"
    FOLLOW_UP = "follow_up"


class Route(StrEnum):
    """By which way they were told."""

    PHONE = "phone"
    WEB = "web"
    IN_PERSON = "in_person"
    EMAIL = "email"
    LETTER = "letter"
    OTHER = "other"


class YesNo(StrEnum):
    """An answer that may also be that nobody knows."""

    YES = "yes"
    NO = "no"
    DO_NOT_KNOW = "do_not_know"


class LeftOut(StrEnum):
    """Why somebody was not told."""

    NOT_SAFE = "not_safe"
    NOBODY_THERE = "nobody_there"
    KNOW_ALREADY = "know_already"
    NEVER_TOLD = "never_told"
    AWAY_AGAIN = "away_again"
    OTHER = "other"


class TellingProblem(StrEnum):
    """What is wrong with the time at which somebody is said to have been told."""

    FUTURE = "future"
    TOO_LONG_AGO = "too_long_ago"
    BEFORE_RETURN = "before_return"


# Asked of whoever is told; everything else is asked where a pack wants it or somebody is one of
# those below.
ALWAYS = (Field.TIME, Field.ROUTE, Field.NAME)
BESIDES: Mapping[str, tuple[Field, ...]] = {
    "police": (Field.AGENCY, Field.PHONE, Field.BADGE, Field.REPORT_NUMBER, Field.REPORTED_BY),
    "ncmec": (Field.PHONE, Field.REPORT_NUMBER, Field.NOT_IN_CARE, Field.REPORTED_BY),
    "highway_patrol": (Field.AGENCY, Field.PHONE),
}  # fmt: skip
PAGES: Mapping[Group, tuple[Field, ...]] = {
    Group.CONTACT: (Field.TIME, Field.ROUTE, Field.AGENCY, Field.NAME, Field.BADGE, Field.PHONE),
    Group.NUMBERS: (Field.REPORT_NUMBER, Field.NCIC_ASKED, Field.NCIC_NUMBER, Field.NOT_IN_CARE),
    Group.SENT: (Field.WHAT_WAS_SENT, Field.REPORTED_BY, Field.LATE_REASON),
    Group.REFUSED: (Field.REFUSED_BY, Field.REFUSED_WHY, Field.ESCALATED_TO),
    Group.FOLLOW_UP: (Field.FOLLOW_UP, Field.NEXT_CONTACT),
}
APART = frozenset({Group.REFUSED, Group.FOLLOW_UP})  # pages of their own, not steps of telling
# A new one is no correction of the one before.
ADDED_TO = frozenset({Field.FOLLOW_UP, Field.NEXT_CONTACT, Field.SECOND_LOOK})
# What a pack may ask for again and again is seen to by a further contact.
UPDATES = {"police": "update_police", "ncmec": "update_ncmec"}
# These may be left out with a ready reason; the others want words beside it.
ENOUGH_SAID = frozenset({
    LeftOut.NOBODY_THERE, LeftOut.KNOW_ALREADY, LeftOut.NEVER_TOLD, LeftOut.AWAY_AGAIN,
})  # fmt: skip
ONLY_OF_A_RETURN = frozenset({LeftOut.NEVER_TOLD, LeftOut.AWAY_AGAIN})
# What has to be done at once counts as late after this (our reading; a pack may ask for minutes).
AT_ONCE_ALLOWS = timedelta(minutes=30)
CLOCK_SKEW = timedelta(minutes=5)
LONGEST_AGO = timedelta(days=366)
# Source: issue 6, item 4.
MOST_BYTES = 10 * 1024 * 1024
# Read to its end, so that the answer can stand beside the field; more is not read at all.
MOST_READ = 16 * 1024 * 1024
MOST_FILES = 20
DOCUMENT_SIDE = 2400  # pixels: a page photographed whole is still legible


def asked(notice: Notice) -> tuple[Field, ...]:
    """Return what is asked about telling them, in the order of the pages.

    Of those who hear of a return only when, how and whom: they have the rest.
    """
    wanted = {*ALWAYS, *map(Field, notice.evidence)}
    if notice.phase == Phase.MISSING:
        wanted |= set(BESIDES.get(notice.to, ()))
        if "ncic_asked" in notice.evidence:
            wanted.add(Field.NCIC_NUMBER)
    order = (f for group, fields in PAGES.items() if group not in APART for f in fields)
    return tuple(field for field in order if field in wanted)


def groups(notice: Notice) -> tuple[Group, ...]:
    """Return the pages on which somebody says that they told them."""
    here = set(asked(notice))
    return tuple(
        group for group, fields in PAGES.items() if group not in APART and here & set(fields)
    )


def on_page(notice: Notice, group: Group, *, is_late: bool) -> tuple[Field, ...]:
    """Return what one page asks; a late one asks on its last page why it was late."""
    here = set(asked(notice))
    if group in APART:
        return PAGES[group]
    if is_late and group == groups(notice)[-1]:
        here.add(Field.LATE_REASON)
        return (*(f for f in PAGES[group] if f in here), *_late_elsewhere(group))
    return tuple(field for field in PAGES[group] if field in here)


def _late_elsewhere(group: Group) -> tuple[Field, ...]:
    return () if Field.LATE_REASON in PAGES[group] else (Field.LATE_REASON,)


def blanks(notice: Notice, known: Collection[Field], *, is_late: bool) -> tuple[Field, ...]:
    """Return what is wanted and still blank: nothing is done before this is empty."""
    wanted = [*ALWAYS, *map(Field, notice.evidence)]
    if is_late:
        wanted.append(Field.LATE_REASON)
    return tuple(dict.fromkeys(field for field in wanted if field not in known))


def is_late(told_at: datetime | None, started_at: datetime | None, due_at: datetime | None,
            *, now: datetime) -> bool:  # fmt: skip
    """Say whether they were told after the time, or were not told and the time is over.

    Nothing without a due time is late. All instants aware (UTC).
    """
    if due_at is None:
        return False
    allowed = AT_ONCE_ALLOWS if started_at is not None and due_at <= started_at else timedelta(0)
    return (told_at or now) > due_at + allowed


def telling_problem(
    told_at: datetime, *, phase: str, returned_at: datetime | None, now: datetime
) -> TellingProblem | None:
    """Say what is wrong with the time at which somebody was told; None if nothing is."""
    if told_at > now + CLOCK_SKEW:
        return TellingProblem.FUTURE
    if told_at < now - LONGEST_AGO:
        return TellingProblem.TOO_LONG_AGO
    if phase == Phase.RETURNED and returned_at is not None and told_at < returned_at:
        return TellingProblem.BEFORE_RETURN
    return None


def state_told(blank: Collection[Field]) -> NoticeState:
    """Return what a notice is once they were told."""
    return NoticeState.STARTED if blank else NoticeState.DONE


def state_left_out(to: str, why: LeftOut) -> NoticeState:
    """Return what a notice is once somebody says that they will not be told.

    Police and the national centre wait for a supervisor's look. Source: SAFETY, its one rule.
    """
    if to in SECOND_LOOK:
        return NoticeState.WAITING
    return state_agreed(why)


def state_agreed(why: LeftOut) -> NoticeState:
    """Return what a notice is once it is settled that they will not be told."""
    return NoticeState.NOT_SAFE if why == LeftOut.NOT_SAFE else NoticeState.NOT_NEEDED


def reasons_for(phase: str) -> tuple[LeftOut, ...]:
    """Return why somebody may be left out of hearing that they are missing, or back."""
    return tuple(
        each for each in LeftOut if phase == Phase.RETURNED or each not in ONLY_OF_A_RETURN
    )
