"""Hang up a poster, take one down, and keep what somebody says without keeping who."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.crypto import seal, token_digest
from engage.db import db
from engage.feedback.models import FeedbackAnswer, Poster
from engage.feedback.queries import Opened, get_poster
from engage.feedback.rules import (
    QUESTIONS,
    TREATED,
    Subject,
    is_empty,
    needs_a_human,
    quarter_of,
)
from engage.feedback.text_keeping import poster_digest
from engage.feedback.text_rules import DIGITS, LETTERS, LETTERS_OF_CODE
from engage.feedback.wording import folded, grave_phrases
from engage.people import links
from engage.people.access import ANONYMOUS, Object, Verb, Viewer, require
from engage.people.models import LinkKind
from engage.statements import Into, write_once

# One statement for each answer: it may not cost more than a press on /now, whoever floods a poster.
_ANSWERS = Into(FeedbackAnswer.__table__, once=["key_digest"])
HANGS_FOR = timedelta(days=365)  # Source: SAFETY 10 (a poster's link: 12 months)


def make_poster(viewer: Viewer, *, place: str, about: Subject | None, now: datetime) -> Poster:
    """Make a poster with a code of its own for one place. It closes by itself after a year."""
    require(viewer, Verb.CREATE, Object.LINKS, None, now=now)
    assert viewer.organisation_id is not None
    poster = Poster(
        organisation_id=viewer.organisation_id,
        about=about,
        place=place,
        made_by_id=viewer.person_id,
        made_at=now,
        closes_at=now + HANGS_FOR,
    )
    poster.text_code = _new_text_code()
    poster.text_digest = poster_digest(poster.text_code)
    db.session.add(poster)
    db.session.flush()
    links.issue(
        LinkKind.FEEDBACK,
        young_person_id=None,
        subject_id=poster.id,
        expires_at=poster.closes_at,
        keep=True,
        now=now,
    )
    record("poster:made", viewer=viewer, now=now, object_kind="poster", object_id=poster.id)
    return poster


def _new_text_code() -> str:
    """Make a code that no poster has or had: an old one never becomes another's."""
    while True:
        letters = "".join(secrets.choice(LETTERS) for _ in range(LETTERS_OF_CODE))
        code = f"{secrets.choice(DIGITS)}{letters}{secrets.choice(DIGITS)}"
        known = select(Poster.id).where(Poster.text_digest == poster_digest(code))
        if db.session.scalar(known) is None:
            return code


def close_poster(viewer: Viewer, poster_id: UUID, *, now: datetime) -> None:
    """Close a poster's code for good: it was torn down, copied, or is not wanted any more."""
    poster = get_poster(viewer, poster_id, now=now)
    if poster.closed_at is not None:
        return
    poster.closed_at = now
    links.revoke(LinkKind.FEEDBACK, subject_id=poster.id, now=now)
    record("poster:closed", viewer=viewer, now=now, object_kind="poster", object_id=poster.id)


def give(
    poster: Opened,
    *,
    about: Subject,
    scores: Sequence[int | None],
    words: str,
    key: str,
    address: str,
    now: datetime,
) -> bool:
    """Keep an answer; say whether it was new. The same page sent again counts once.

    Whoever is signed in on this phone is deliberately not asked for, and nothing goes to the audit.
    Grave words tell the people on duty at once, with what was written and where, and not by whom:
    that alert has a time, which is why it holds no word of the answer itself.
    Raises ValueError if nothing was answered.
    """
    require(ANONYMOUS, Verb.CREATE, Object.FEEDBACK, None, now=now)
    if is_empty(scores, words):
        raise ValueError("Nothing was answered.")
    is_grave = bool(words) and needs_a_human(folded(words), grave_phrases(), scores)
    said = Said(poster.organisation_id, poster.id, about, words, is_grave)
    values = dict(zip(QUESTIONS, scores, strict=True))
    return keep_answer(said, values, key=f"{poster.id}|{key}", address=address, now=now)


@dataclass(frozen=True)
class Said:
    """An answer about to be kept, but for its scores."""

    organisation_id: UUID
    # None: by text, with a code that we do not know.
    poster_id: UUID | None
    about: Subject
    words: str
    is_grave: bool


def keep_answer(
    said: Said, values: Mapping[str, int | None], *, key: str, address: str, now: datetime
) -> bool:
    """Keep an answer with its scores, by question; say whether its key was new. See `give`."""
    require(ANONYMOUS, Verb.CREATE, Object.FEEDBACK, None, now=now)
    answer_id = uuid4()
    row = {
        "id": answer_id,
        "organisation_id": said.organisation_id,
        "about": said.about.value,
        "quarter_on": quarter_of(now.date()).isoformat(),
        "words": seal(said.words, "feedback_answers.words", answer_id) if said.words else None,
        "needs_a_human": said.is_grave,
        "poster_id": said.poster_id if said.is_grave else None,
        "key_digest": token_digest(f"feedback|{key}"),
        **dict.fromkeys((*QUESTIONS, TREATED)),
        **values,
    }
    if not write_once(db.session.connection(), (_ANSWERS, row), ()):
        return False
    if said.is_grave:
        raise_alert(
            AlertKind.FEEDBACK,
            organisation_id=said.organisation_id,
            young_person_id=None,
            dedupe_key=f"feedback:{answer_id}",
            address=address,
            now=now,
            about_kind="feedback",
            about_id=answer_id,
        )
    return True
