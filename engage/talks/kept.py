"""What an interviewer's phone may keep: their talks that are booked or begun, locked with a PIN."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engage.db import db
from engage.i18n import current_locale, text_direction
from engage.people.access import Viewer
from engage.people.copy_queries import holds_talks
from engage.people.models import Person
from engage.talks import waiting_queries, wording
from engage.talks.labels import AUDIENCES
from engage.talks.reading import asked_in, lines_of
from engage.talks.rules import Question, QuestionSet
from engage.talks.sets import get_set, newest_set
from engage.talks.tongues import asked_in_their_language, in_their_language
from engage.talks.waiting_queries import HeldTalk

MOST_TALKS = 20


def young_people_held(viewer: Viewer, *, now: datetime) -> Sequence[Person]:
    """List the young people whose interviewer this viewer is, while they are."""
    if not holds_talks(viewer) or viewer.link_id is not None:
        return []
    return waiting_queries.young_people_held(viewer, now=now)


def talk_documents(viewer: Viewer, now: datetime) -> list[dict[str, Any]]:
    """Return, for each talk that the viewer holds and has not handed in, what a phone may keep."""
    if not holds_talks(viewer) or viewer.link_id is not None:
        return []
    return [_document(one) for one in waiting_queries.to_write(viewer, now=now, limit=MOST_TALKS)]


def _document(held: HeldTalk) -> dict[str, Any]:
    here = current_locale()
    house = held.interview.organisation_id
    asked = asked_in(held.talk) if held.talk else get_set(house, newest_set(house))
    lines = {line.question.id: line for line in (lines_of(held.talk) if held.talk else [])}
    person = db.session.get_one(Person, held.young_person_id)
    return {
        "name": "talk",
        "lang": here,
        "dir": text_direction(here),
        "title": held.name.split()[0],
        "blocks": [],
        "talk": {
            "about": str(held.interview.id),
            "law": held.talk is not None and held.talk.law_told_at is not None,
            "law_words": [str(each) for each in wording.LAW],
            "law_second": in_their_language(person, wording.LAW),
            "questions": _questions(asked, person),
            "audiences": [[each.value, str(words)] for each, words in AUDIENCES.items()],
            "said": {
                name: {
                    "words": "\n".join(
                        filter(None, [line.answer.words, *(c.words for c in line.corrections)])
                    ),
                    "seen": line.newest,
                }
                for name, line in lines.items()
            },
            "shared": {
                name: sorted(line.agreed) or ["nobody"]
                for name, line in lines.items() if line.is_asked
            },
        },
    }  # fmt: skip


def _questions(asked: QuestionSet, person: Person) -> list[dict[str, Any]]:
    return [_question(each, person) for each in asked.questions]


def _question(question: Question, person: Person) -> dict[str, Any]:
    words = wording.words_for(question)
    return {
        "id": question.id,
        "ask": str(words.ask),
        "cue": str(words.cue),
        "sensitive": question.is_sensitive,
        "second": asked_in_their_language(person, question),
    }
