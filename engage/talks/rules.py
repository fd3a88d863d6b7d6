"""What a talk asks, who may see which line of it, and when it is finished. Plain Python.

Source: MISSION C48 (what the talk is for, the questions, sharing agreed line by line, parents'
and carers' view apart); SAFETY O12 (who reads the notes) and 10 (how long they are kept).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

LONGEST_WORDS = 2000


class TalkState(StrEnum):
    """How far the record of a talk is."""

    WRITING = "writing"
    HANDED_IN = "handed_in"
    SIGNED_OFF = "signed_off"


# Answers may still be added in these; afterwards only corrections are.
CHANGEABLE = frozenset({TalkState.WRITING, TalkState.HANDED_IN})


class Spoken(StrEnum):
    """Whose words a question asks for."""

    YOUNG_PERSON = "young_person"
    INTERVIEWER = "interviewer"


class EntryKind(StrEnum):
    """What one entry of a talk is. Entries are added, never changed."""

    ANSWER = "answer"
    SKIPPED = "skipped"
    # The young person put it right when it was read back to them.
    CORRECTION = "correction"
    # Added after it was signed off.
    LATER = "later"


ANSWERS = frozenset({EntryKind.ANSWER, EntryKind.SKIPPED})


class Audience(StrEnum):
    """With whom a young person shares a line."""

    WORKER = "worker"
    CARER = "carer"
    TEAM = "team"
    POLICE = "police"
    NOBODY = "nobody"


# Whoever may be told; "nobody" is an answer as well, and excludes the others.
TOLD = (Audience.WORKER, Audience.CARER, Audience.TEAM, Audience.POLICE)


class Apart(StrEnum):
    """What others said, kept apart from what the young person says in the talk."""

    SAFE_AND_WELL = "safe_and_well"
    CARER_VIEW = "carer_view"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a talk. Every one can be passed over."""

    id: str
    spoken: Spoken
    source: str
    # Said with more care; what must be passed on is said again beside it.
    is_sensitive: bool = False
    # An organisation's own sentences by language, which stand in for ours: `ask` and `hint`.
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionSet:
    """One version of the questions, and whether young people have tried them."""

    version: str
    tested_with: str
    tested_on: str
    questions: tuple[Question, ...]

    @property
    def is_tested(self) -> bool:
        """Say whether somebody wrote down where and when young people tried them."""
        return bool(self.tested_with and self.tested_on)

    def find(self, question_id: str) -> Question | None:
        """Return the question with this id, or None."""
        return next((each for each in self.questions if each.id == question_id), None)

    def after(self, question_id: str) -> Question | None:
        """Return the question that follows, or None after the last."""
        ids = [each.id for each in self.questions]
        at = ids.index(question_id) + 1 if question_id in ids else len(ids)
        return self.questions[at] if at < len(ids) else None

    def before(self, question_id: str) -> Question | None:
        """Return the question before, or None for the first."""
        ids = [each.id for each in self.questions]
        at = ids.index(question_id) if question_id in ids else 0
        return self.questions[at - 1] if at else None


def changed(
    ours: QuestionSet,
    name: str,
    *,
    off: Iterable[str],
    order: Iterable[str],
    wording: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> QuestionSet:
    """Return our questions as an organisation changed them: left out, in another order, in its own
    words. What is unknown to ours is passed over.
    """
    by_id = {each.id: each for each in ours.questions}
    ids = [one for one in dict.fromkeys([*order, *by_id]) if one in by_id]
    left_out = set(off)
    return QuestionSet(
        name, "", "",
        tuple(replace(by_id[one], wording=wording.get(one, {})) for one in ids
              if one not in left_out),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """That the young person agreed, with whom, and to how much of a line."""

    audience: Audience
    # The number of the newest entry of the line that they saw when they agreed.
    up_to: int
    withdrawn_at: datetime | None = None


def agreed_with(newest: int, shares: Iterable[Share]) -> frozenset[Audience]:
    """Return with whom a line is shared now, as it stands with its newest entry.

    A line that was changed after the young person agreed is shared with nobody until they have
    seen it and agreed again: what they agreed to is not what stands there.
    """
    return frozenset(
        share.audience
        for share in shares
        if share.withdrawn_at is None
        and share.up_to >= newest
        and share.audience is not Audience.NOBODY
    )


def is_asked(newest: int, shares: Iterable[Share]) -> bool:
    """Say whether the young person was asked about a line as it stands; nobody is an answer."""
    return any(share.withdrawn_at is None and share.up_to >= newest for share in shares)


def wanted_audiences(picked: Iterable[str]) -> frozenset[Audience] | None:
    """Return whom a young person picked, or None when nothing was, or nobody and somebody."""
    known = {each.value for each in Audience}
    found = frozenset(Audience(each) for each in picked if each in known)
    if not found or (Audience.NOBODY in found and len(found) > 1):
        return None
    return found


@dataclass(frozen=True, slots=True)
class Steps:
    """How far each part of a record is, for the list that it begins with."""

    is_law_told: bool
    answered: int
    questions: int
    lines: int
    is_read_back: bool
    shared: int

    @property
    def are_questions_done(self) -> bool:
        """Say whether each question was answered or passed over."""
        return self.answered >= self.questions

    @property
    def is_sharing_done(self) -> bool:
        """Say whether they were asked about each line there is."""
        return self.shared >= self.lines

    @property
    def open(self) -> tuple[str, ...]:
        """Name what is not done yet. None of it stops anybody: they may have got up and gone."""
        parts: Mapping[str, bool] = {
            "questions": self.are_questions_done,
            "read_back": self.is_read_back or not self.lines,
            "sharing": self.is_sharing_done,
        }
        return tuple(name for name, is_done in parts.items() if not is_done)
