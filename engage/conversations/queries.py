"""What a worker needs to know before texting a young person: the phone, the words, the last one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engage.checkins.conversation_rules import Hurdle, hurdles
from engage.checkins.models import CheckIn
from engage.checkins.queries import Turn, conversation
from engage.conversations.aside_queries import Aside, aside_of
from engage.db import db
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.models import Message, TextSuggestion, WorkerText
from engage.messaging.queries import phone_troubles
from engage.people.access import Access, Object, Verb, Viewer, access_to, is_in_force
from engage.people.models import (
    Organisation,
    Person,
    PersonKind,
    Placement,
    Relationship,
    RelationshipKind,
    Role,
    YoungPerson,
)
from engage.web.errors import NotFound

PAGE = 40
# Who keeps the sentences that an organisation offers.
KEEPERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
# A text to such a phone would not go, or would go to somebody else.
CLOSED = frozenset(
    {PhoneTrouble.NO_NUMBER, PhoneTrouble.OPTED_OUT, PhoneTrouble.LOST, PhoneTrouble.STALE}
)
_RELATED_TO = (RelationshipKind.CARER, RelationshipKind.SOCIAL_WORKER, RelationshipKind.INTERVIEWER)


@dataclass(frozen=True)
class Said:
    """One turn of a conversation, with who wrote it on our side."""

    turn: Turn
    author: str = ""


@dataclass(frozen=True)
class ConversationPage:
    """A conversation as this viewer may see it, and whether they may add to it."""

    person: YoungPerson
    said: list[Said]
    before: str
    troubles: list[PhoneTrouble]
    may_write: bool
    hurdles: list[Hurdle]
    written_at: datetime | None
    suggestions: list[str]
    may_keep_sentences: bool
    aside: Aside | None = None

    @property
    def is_closed(self) -> bool:
        """Say whether no text would reach this phone."""
        return bool(CLOSED & set(self.troubles))


def may_write(viewer: Viewer, access: Access) -> bool:
    """Say whether the viewer may text this young person: whoever may act on their alerts."""
    return viewer.kind is PersonKind.WORKER and access.may(Verb.EDIT, Object.ALERT)


def conversation_page(
    viewer: Viewer, young_person_id: UUID, *, now: datetime, before: datetime | None = None
) -> ConversationPage:
    """Return the conversation, newest first, from before an instant on. Raises NotFound."""
    turns = conversation(viewer, young_person_id, now=now, before=before, limit=PAGE)
    person = db.session.get(YoungPerson, young_person_id)
    access = access_to(viewer, young_person_id, now=now)
    if person is None or not access.may(Verb.READ, Object.PROFILE):
        raise NotFound("young person")
    writes = may_write(viewer, access)
    written_at, heard_at = last_texts(viewer, young_person_id)
    return ConversationPage(
        person=person,
        said=_with_authors(viewer, turns),
        before=turns[-1].at.isoformat() if len(turns) == PAGE else "",
        troubles=phone_troubles(viewer, [young_person_id], now=now).get(young_person_id, []),
        may_write=writes,
        hurdles=hurdles(
            written_at=written_at, heard_at=heard_at, zone=zone_of(viewer, person), now=now
        )
        if writes
        else [],
        written_at=written_at,
        suggestions=[str(one.words) for one in suggestions(viewer, person.locale)],
        may_keep_sentences=bool(viewer.roles & KEEPERS),
        aside=aside_of(viewer, young_person_id, now=now)
        if viewer.kind is PersonKind.WORKER
        else None,
    )


def zone_of(viewer: Viewer, person: Person) -> str:
    """Return the time zone by whose clock this person sleeps."""
    house = db.session.get(Organisation, person.organisation_id)
    return house.time_zone if house else "UTC"


def last_texts(viewer: Viewer, young_person_id: UUID) -> tuple[datetime | None, datetime | None]:
    """Return when a worker last texted a young person, and when they last let us know anything."""
    written = db.session.scalar(
        select(func.max(WorkerText.written_at)).where(WorkerText.young_person_id == young_person_id)
    )
    heard = db.session.scalar(
        select(CheckIn.received_at)
        .where(CheckIn.young_person_id == young_person_id)
        .order_by(CheckIn.received_at.desc())
        .limit(1)
    )
    return written, heard


def _with_authors(viewer: Viewer, turns: Sequence[Turn]) -> list[Said]:
    ours = [
        turn.message.id for turn in turns if turn.message and turn.message.template == "from_worker"
    ]
    authors: dict[UUID, Any] = {}
    if ours:
        rows = db.session.execute(
            select(WorkerText.message_id, Person)
            .join(Person, Person.id == WorkerText.author_id)
            .where(WorkerText.message_id.in_(ours))
        )
        authors = {row.message_id: row.Person for row in rows}
    found = []
    for turn in turns:
        author = authors.get(turn.message.id) if turn.message else None
        if author is not None and author.id == viewer.person_id:
            # Everybody may read again what they wrote themselves.
            turn = Turn(turn.at, False, _words_of_ours(turn.message), message=turn.message)
        found.append(Said(turn, str(author.name) if author else ""))
    return found


def _words_of_ours(message: Message | None) -> str:
    """Return the words of a text that a worker wrote, sent or not; empty when erased."""
    if message is None or (message.body is None and message.params is None):
        return ""
    return str(message.body or json.loads(str(message.params))["words"])


def suggestions(viewer: Viewer, locale: str) -> list[TextSuggestion]:
    """List the sentences that the viewer's organisation added in one language, oldest first."""
    return list(
        db.session.scalars(
            select(TextSuggestion)
            .where(
                TextSuggestion.organisation_id == viewer.organisation_id,
                TextSuggestion.locale == locale,
                TextSuggestion.retired_at.is_(None),
            )
            .order_by(TextSuggestion.made_at)
        )
    )


def get_suggestion(viewer: Viewer, suggestion_id: UUID) -> TextSuggestion:
    """Return a sentence of the viewer's organisation, or raise NotFound."""
    found = db.session.get(TextSuggestion, suggestion_id)
    if found is None or found.organisation_id != viewer.organisation_id:
        raise NotFound("suggestion")
    return found


def names_and_places(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> tuple[list[str], list[str]]:
    """Return the names and places that a text to this young person must not hold.

    Of their trusted people only those that the viewer knows of anyway: refusing a word must
    not tell anybody a name.
    """
    access = access_to(viewer, young_person_id, now=now)
    kinds = list(_RELATED_TO)
    if access.may(Verb.READ, Object.TRUSTED_PEOPLE):
        kinds += [RelationshipKind.TRUSTED, RelationshipKind.BACK_UP, RelationshipKind.CHECK_IN]
    related = select(Relationship.person_id).where(
        Relationship.young_person_id == young_person_id,
        Relationship.kind.in_(kinds),
        is_in_force(Relationship, now),
    )
    own = [young_person_id] + ([viewer.person_id] if viewer.person_id else [])
    people = db.session.scalars(select(Person).where(Person.id.in_(own) | Person.id.in_(related)))
    names = [str(person.name) for person in people]
    homes = db.session.scalars(
        select(Placement).where(
            Placement.young_person_id == young_person_id, is_in_force(Placement, now)
        )
    )
    places = [str(home.home_name) for home in homes if home.home_name]
    house = db.session.get(Organisation, viewer.organisation_id) if viewer.organisation_id else None
    return names, places + ([str(house.name)] if house else [])
