"""Questions and sets of questions, as data: what is asked, of whom, in which order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from engage.people.avoided import labels_in
from engage.questions.answer_rules import Part, PartKind, tidy

VOICES = ("young_person", "carer", "worker")
EVERYBODY_ROLES = ("carer", "social_worker", "out_of_hours")
WORDS = ("title", "ask", "ask_adult", "why", "hint")
WORD_LIMITS = {"title": 80, "ask": 200, "ask_adult": 200, "why": 400, "hint": 300}
# What a language falls back to first when an organisation has not translated its own words.
FIRST_LANGUAGE = "en"
SENTENCE_WORDS = 20  # Source: MISSION C61, plain language
_SENTENCE_END = re.compile(r"[.!?؟…]+\s+|\n+")
EXTRA = "extra-"
EXTRAS_MOST = 20
OWN_GROUP = "own"
EARLIER_GROUP = "earlier"


class QuestionKind(StrEnum):
    """What is asked for."""

    TEXT = "text"
    PARTS = "parts"
    TRIO = "trio"
    CHECK_IN = "check_in"
    WORDS = "words"
    SHARING = "sharing"
    PHOTO = "photo"


@dataclass(frozen=True)
class Question:
    """One question of the plan. `wording` holds an organisation's own sentences by language,
    which stand in for ours; the ids of its own questions begin with `extra-`.
    """

    id: str
    kind: QuestionKind
    element: str
    source: str
    shareable: bool = True
    limit: int = 2000
    group: str = "me"
    parts: tuple[Part, ...] = ()
    writers: tuple[str, ...] = VOICES
    # The only roles this can be shared with.
    readers: tuple[str, ...] = EVERYBODY_ROLES
    # Needs more care: said on its page.
    sensitive: bool = False
    # Goes into what is handed to those who search.
    in_pack: bool = False
    shows: str = ""
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        """Say whether it is answered on its own page, in words or in parts."""
        return self.kind in (QuestionKind.TEXT, QuestionKind.PARTS)

    @property
    def is_extra(self) -> bool:
        """Say whether an organisation added it."""
        return self.id.startswith(EXTRA)

    def parts_for(self, voice: str) -> tuple[Part, ...]:
        """Return the parts this voice is asked for."""
        return tuple(part for part in self.parts if part.is_for(voice))

    def tidied(self, voice: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return parts as they are kept; raises BadPart."""
        return tidy(self.parts_for(voice), given)

    def find_part(self, key: str) -> Part | None:
        """Return the part with this key, or None."""
        return next((part for part in self.parts if part.key == key), None)

    def own_words(self, word: str, locale: str) -> tuple[str, str]:
        """Return the organisation's own sentence and its language; an empty one when there is
        none, and ours is used. Only its own questions, where we have no sentence, fall back to
        another language.
        """
        here = self.wording.get(locale, {}).get(word, "")
        if here or not self.is_extra:
            return here, locale
        for other in (FIRST_LANGUAGE, *sorted(self.wording)):
            if there := self.wording.get(other, {}).get(word, ""):
                return there, other
        return "", locale


@dataclass(frozen=True)
class QuestionSet:
    """A version of the questions, and whether young people have tried them."""

    version: str
    tested_with: str
    tested_on: str
    questions: tuple[Question, ...]
    groups: tuple[str, ...] = ()

    def find(self, question_id: str) -> Question | None:
        """Return the question with this id, or None."""
        return next((q for q in self.questions if q.id == question_id), None)

    @property
    def is_tested(self) -> bool:
        """Say whether somebody recorded where and when young people tried them."""
        return bool(self.tested_with and self.tested_on)

    def by_group(self) -> list[tuple[str, list[Question]]]:
        """List the groups in order with their questions, those without any left out."""
        order = list(dict.fromkeys([*self.groups, *(q.group for q in self.questions)]))
        grouped = [(group, [q for q in self.questions if q.group == group]) for group in order]
        return [(group, found) for group, found in grouped if found]


class WordProblem(StrEnum):
    """Why a sentence is not put before a young person."""

    LONG_SENTENCE = "long_sentence"
    LABEL = "label"


def word_problem(text: str) -> WordProblem | None:
    """Return why this wording should not stand in a plan, or None."""
    if labels_in(text):
        return WordProblem.LABEL
    longest = max((len(one.split()) for one in _SENTENCE_END.split(text)), default=0)
    return WordProblem.LONG_SENTENCE if longest > SENTENCE_WORDS else None


@dataclass(frozen=True)
class Edits:
    """What an organisation changes in our questions: which are off, in which order they stand,
    its own words, and its own questions.
    """

    off: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    wording: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    # Id and kind ("text" or "rows") of each question of its own, oldest first.
    extras: tuple[tuple[str, str], ...] = ()
    # The highest number an own question ever had.
    highest: int = 0

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Edits":
        """Return the edits that `kept` gave."""
        return cls(
            off=frozenset(kept.get("off") or ()),
            order=tuple(kept.get("order") or ()),
            wording=dict(kept.get("wording") or {}),
            extras=tuple((one, kind) for one, kind in kept.get("extras") or ()),
            highest=int(kept.get("highest") or 0),
        )

    def kept(self) -> dict[str, object]:
        """Return the edits as they are kept."""
        return {
            "off": sorted(self.off),
            "order": list(self.order),
            "wording": self.wording,
            "extras": [list(extra) for extra in self.extras],
            "highest": self.highest,
        }


def reworded(edits: Edits, question_id: str, locale: str, words: Mapping[str, str]) -> Edits:
    """Return the edits with these sentences of a question in this language; empty ones are ours
    again.
    """
    kept = {word: words[word] for word in WORDS if words.get(word)}
    of_question = {**edits.wording.get(question_id, {}), locale: kept}
    of_question = {code: found for code, found in of_question.items() if found}
    wording = {**edits.wording, question_id: of_question}
    return replace(edits, wording={one: found for one, found in wording.items() if found})


def switched(edits: Edits, question_id: str, *, on: bool) -> Edits:
    """Return the edits with a question switched on or off."""
    off = edits.off - {question_id} if on else edits.off | {question_id}
    return replace(edits, off=off - ALWAYS_ON)


def with_extra(edits: Edits, kind: str) -> tuple[Edits, str]:
    """Return the edits with one more question of the organisation's own, and its id. An id is
    never given twice, so that no old answer turns up under a new question.
    """
    highest = max((int(one.removeprefix(EXTRA)) for one, _ in edits.extras), default=0)
    question_id = f"{EXTRA}{max(highest, edits.highest) + 1}"
    extras = (*edits.extras, (question_id, kind))
    return replace(edits, extras=extras, highest=max(highest, edits.highest) + 1), question_id


def without_extra(edits: Edits, question_id: str) -> Edits:
    """Return the edits without a question of the organisation's own."""
    return replace(
        edits,
        extras=tuple(extra for extra in edits.extras if extra[0] != question_id),
        order=tuple(one for one in edits.order if one != question_id),
        wording={one: found for one, found in edits.wording.items() if one != question_id},
    )


# Switched off, the plan would not be one: who sees what, and the two words against a stranger.
ALWAYS_ON = frozenset({"sharing", "words"})


def apply(edits: Edits, base: QuestionSet, version: str) -> QuestionSet:
    """Return our questions as an organisation changed them, its own after ours unless ordered
    otherwise. What is unknown to `base` is passed over.
    """
    own = [_extra(one, kind) for one, kind in edits.extras]
    by_id = {question.id: question for question in (*base.questions, *own)}
    order = [one for one in dict.fromkeys(edits.order) if one in by_id]
    order += [one for one in by_id if one not in order]
    questions = tuple(
        replace(by_id[one], wording=edits.wording.get(one, {}))
        for one in order
        if one not in edits.off or one in ALWAYS_ON
    )
    groups = (*base.groups[:-1], OWN_GROUP, *base.groups[-1:])
    return QuestionSet(version, "", "", questions, groups)


def _extra(question_id: str, kind: str) -> Question:
    is_list = kind == "rows"
    rows = Part("list", PartKind.ROWS, columns=(Part("what", PartKind.LINE),))
    return Question(
        id=question_id,
        kind=QuestionKind.PARTS if is_list else QuestionKind.TEXT,
        element="",
        source="",
        group=OWN_GROUP,
        parts=(rows,) if is_list else (),
    )


def moved(ids: list[str], question_id: str, groups: Mapping[str, str]) -> list[str]:
    """Return the order with one question a place earlier within its group."""
    peers = [one for one in ids if groups[one] == groups[question_id]]
    at = peers.index(question_id)
    if at == 0:
        return ids
    before, found = ids.index(peers[at - 1]), list(ids)
    found.remove(question_id)
    found.insert(before, question_id)
    return found


def with_earlier(asked: QuestionSet, answered: set[str], known: QuestionSet) -> QuestionSet:
    """Return the set with the questions that are no longer asked but were answered, at its end,
    so that no answer becomes unreadable. They can be read, not changed.
    """
    gone = answered - {question.id for question in asked.questions}
    earlier = tuple(
        replace(known.find(one) or _extra(one, "text"), group=EARLIER_GROUP, writers=())
        for one in sorted(gone)
    )
    return replace(asked, questions=(*asked.questions, *earlier))
