"""A plan as it stands on paper: each part in one language, or in two beside each other.

What people wrote stays in their own words. Everything else (titles, choices, dates, who is asked
what) is said in both languages.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engage.i18n import LOCALES, text_direction, use_locale
from engage.paper import labels as paper_labels
from engage.people.models import RelationshipKind
from engage.plans import labels
from engage.plans.page import NamedPerson, PlanPage
from engage.plans.reading import section_of, shared_sections
from engage.policy.helplines import helplines
from engage.policy.queries import pack
from engage.questions.rules import Question, QuestionKind
from engage.web.layout import Helpline
from engage.web.when import local_words

KINDS_OF_PEOPLE = {
    QuestionKind.TRIO: (RelationshipKind.TRUSTED, RelationshipKind.BACK_UP),
    QuestionKind.CHECK_IN: (RelationshipKind.CHECK_IN,),
}


@dataclass(frozen=True)
class Phrase:
    """The same said in each language of the paper; once where it reads alike in both."""

    said: tuple[tuple[str, str, str], ...]  # language, direction, words

    @property
    def first(self) -> str:
        """Return the words in the first language."""
        return self.said[0][2]

    @property
    def lines(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Return language, direction, and each line with the direction it is read in: English
        words in an Arabic list keep their full stop at the right end.
        """
        return [
            (code, way, [(direction_of(line, way), line) for line in words.split("\n")])
            for code, way, words in self.said
        ]


@dataclass(frozen=True)
class Part:
    """One part of the plan: its title, what was said, and the people named in it."""

    title: Phrase
    said: tuple[tuple[Phrase, Phrase], ...]
    people: tuple[tuple[str, Phrase], ...] = ()


@dataclass(frozen=True)
class Paper:
    """A plan ready to be drawn."""

    locales: tuple[str, ...]
    title: Phrase
    state: Phrase
    printed: Phrase
    kept_safe: Phrase
    own_words: Phrase
    danger: Phrase
    someone: Phrase
    lines: tuple[Helpline, ...]
    emergency: str
    parts: tuple[Part, ...]
    left_out: int
    letter: bool = False


def second_language(page: PlanPage, asked: str, here: str) -> str:
    """Return the language to put beside this one, or "" for one language alone.

    Unless told otherwise the carer's beside the young person's, and theirs beside the carer's.
    """
    if asked:
        return asked if asked in LOCALES and asked != here else ""
    carers = [n.person for n in page.around if n.relationship.kind == RelationshipKind.CARER]
    others = carers if page.is_own else [page.young_person]
    return next((p.locale for p in others if p.locale in LOCALES and p.locale != here), "")


def make_paper(
    page: PlanPage,
    locales: tuple[str, ...],
    *,
    policy: str,
    now: datetime,
    zone: str,
    everything: bool,
    letter: bool = False,
) -> Paper:
    """Gather what stands on the paper, as far as the viewer may read it.

    The young person's own paper leaves out what nobody else can see, unless `everything`: paper
    is found by others.
    """

    def both(words: Callable[[], str]) -> Phrase:
        return in_each(locales, words)

    rules, live = pack(policy), page.live
    wanted = [q for q in page.questions.questions if q.kind is not QuestionKind.WORDS]
    kept = [q for q in wanted if everything or not page.is_own or _is_shared(page, q)]
    parts = [part for q in kept if (part := _part(page, q, both)) is not None]
    every = [part for q in wanted if (part := _part(page, q, both)) is not None]
    name = str(page.young_person.name)
    title = paper_labels.MINE if page.is_own else paper_labels.THEIRS
    agreed = live.live_at if live else None
    return Paper(
        locales=locales,
        title=both(lambda: str(title) % {"name": name}),
        state=both(lambda: _state(agreed, zone)),
        printed=both(lambda: str(paper_labels.PRINTED) % {"date": _day(now, zone)}),
        kept_safe=both(lambda: str(paper_labels.KEPT_SAFE)),
        own_words=both(lambda: str(paper_labels.OWN_WORDS)),
        danger=both(lambda: str(paper_labels.DANGER) % {"number": rules.emergency}),
        someone=both(lambda: str(paper_labels.SOMEONE)),
        lines=tuple(helplines(rules)),
        emergency=rules.emergency,
        parts=tuple(parts),
        left_out=len(every) - len(parts),
        letter=letter,
    )


def in_each(locales: Iterable[str], words: Callable[[], str]) -> Phrase:
    """Say something in each language; where all say it alike, once and in no language named."""
    said = []
    for code in locales:
        with use_locale(code):
            said.append((code, text_direction(code), words()))
    if len(said) > 1 and len({one[2] for one in said}) == 1:
        return Phrase((("", "auto", said[0][2]),))
    return Phrase(tuple(said))


def direction_of(line: str, otherwise: str) -> str:
    """Return which way a line is read: as its first letter is, as browsers find it out."""
    for letter in line:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return otherwise if otherwise in ("ltr", "rtl") else "ltr"


def _is_shared(page: PlanPage, question: Question) -> bool:
    return section_of(question.id) in shared_sections(page.grants)


def _part(
    page: PlanPage, question: Question, both: Callable[[Callable[[], str]], Phrase]
) -> Part | None:
    said = [
        (both(lambda a=a: str(a.text)), both(lambda a=a: labels.by_line(a, page)))  # type: ignore[misc]
        for a in page.answers_to(question)
        if a.text
    ]
    people = [
        (str(named.person.name), both(lambda n=named: _about(n)))  # type: ignore[misc]
        for kind in KINDS_OF_PEOPLE.get(question.kind, ())
        for named in page.readable_people(kind)
    ]
    if not said and not people:
        return None
    title = both(lambda: labels.title_of(page, question.id))
    return Part(title, tuple(said), tuple(people))


def _about(named: NamedPerson) -> str:
    """Say, in the language in use, what was agreed about somebody. Numbers stay off the paper."""
    terms, lines = named.terms, []
    if terms and terms.how_known:
        lines.append(str(terms.how_known))
    if terms and terms.channel:
        how = str(labels.CHANNELS[terms.channel])
        lines.append(f"{how}, {terms.how_often}" if terms.how_often else how)
    lines += [str(labels.ASKS[ask]) for ask in terms.may_be_asked] if terms else []
    lines.append(str(labels.CONSENTS[named.relationship.consent]))
    return "\n".join(lines)


def _state(agreed_at: datetime | None, zone: str) -> str:
    if agreed_at is None:
        return str(paper_labels.NOT_AGREED)
    return str(paper_labels.AGREED) % {"date": _day(agreed_at, zone)}


def _day(instant: datetime, zone: str) -> str:
    return local_words(instant, "d MMMM y", zone)
