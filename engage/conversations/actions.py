"""What a worker texts to a young person, and the sentences an organisation offers for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.checkins.conversation_rules import SHORTEST_REASON, Hurdle, hurdles
from engage.conversations.queries import (
    CLOSED,
    KEEPERS,
    get_suggestion,
    last_texts,
    may_write,
    names_and_places,
    zone_of,
)
from engage.db import begin_write, db
from engage.i18n import LOCALES
from engage.messaging.actions import queue
from engage.messaging.budget_rules import BY_HAND
from engage.messaging.models import TextSuggestion, WorkerText
from engage.messaging.queries import phone_troubles
from engage.messaging.rules import LIFETIMES, Klass, quiet_ends_at
from engage.messaging.wording_rules import Flaw, flaws_of
from engage.people.access import Viewer, access_to
from engage.people.models import YoungPerson
from engage.web.errors import Changed, NotFound


class Refused(Exception):
    """The words must change first."""

    def __init__(self, flaws: Sequence[Flaw]):
        super().__init__("words refused")
        self.flaws = flaws


class NeedsReason(Exception):
    """It may go now only with a reason."""

    def __init__(self, found: Sequence[Hurdle]):
        super().__init__("needs a reason")
        self.hurdles = found


def write_text(
    viewer: Viewer,
    young_person_id: UUID,
    words: str,
    *,
    key: str,
    reason: str = "",
    in_the_morning: bool = False,
    now: datetime,
) -> UUID | None:
    """Queue what a worker wrote to a young person; None if this very form was sent before.

    Raises Refused with what must change, NeedsReason when one went today or it is night and no
    reason of 15 letters says why it must go now, Changed when the phone takes no texts.
    `in_the_morning`: let it go at 07:00 on their clock instead. The reason is sealed with the
    text; the audit says only that there was one.
    """
    person = _writable(viewer, young_person_id, now)
    assert viewer.person_id is not None
    names, places = names_and_places(viewer, young_person_id, now=now)
    flaws = flaws_of(words, locale=person.locale, names=names, places=places)
    if flaws:
        raise Refused(flaws)
    goes_at, against = _when(viewer, person, reason, in_the_morning, now)
    message_id = queue(
        BY_HAND,
        to=person,
        klass=Klass.YOUNG_PERSON,
        now=now,
        params={"words": words},
        dedupe_key=f"{BY_HAND}:{viewer.person_id}:{key}",
        about=young_person_id,
        not_before=goes_at,
        not_after=goes_at + LIFETIMES[Klass.YOUNG_PERSON],
        # Somebody decided that it goes now: for two minutes the night holds nothing back.
        answers_at=now if goes_at == now else None,
    )
    if message_id is None:
        return None
    text = WorkerText(
        message_id=message_id,
        young_person_id=young_person_id,
        author_id=viewer.person_id,
        written_at=now,
    )
    text.override_reason = reason.strip() if against else None
    db.session.add(text)
    record(
        "text:written_against_limit" if against else "text:written",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="message",
        object_id=message_id,
        reason=",".join(against) or None,
    )
    return message_id


def _writable(viewer: Viewer, young_person_id: UUID, now: datetime) -> YoungPerson:
    person = db.session.get(YoungPerson, young_person_id)
    if person is None or not may_write(viewer, access_to(viewer, young_person_id, now=now)):
        raise NotFound("young person")
    if CLOSED & set(phone_troubles(viewer, [young_person_id], now=now).get(young_person_id, [])):
        raise Changed("This phone takes no texts from us now.")
    return person


def _when(
    viewer: Viewer, person: YoungPerson, reason: str, in_the_morning: bool, now: datetime
) -> tuple[datetime, list[Hurdle]]:
    """Return when a text goes, and against which limits; raise NeedsReason without a reason."""
    # Two workers at once: the second one sees that the first has written.
    begin_write(db.session)
    db.session.get(YoungPerson, person.id, with_for_update=True)
    written_at, heard_at = last_texts(viewer, person.id)
    zone = zone_of(viewer, person)
    found = hurdles(written_at=written_at, heard_at=heard_at, zone=zone, now=now)
    waits = in_the_morning and Hurdle.NIGHT in found
    if waits:
        found.remove(Hurdle.NIGHT)
    if found and len(reason.strip()) < SHORTEST_REASON:
        raise NeedsReason(found)
    return (quiet_ends_at(now, zone) if waits else now), found


def add_suggestion(viewer: Viewer, locale: str, words: str, *, now: datetime) -> TextSuggestion:
    """Offer a sentence to the organisation's workers. Raises Refused, or NotFound for others."""
    if not viewer.roles & KEEPERS or viewer.organisation_id is None or locale not in LOCALES:
        raise NotFound("suggestions")
    assert viewer.person_id is not None
    flaws = flaws_of(words, locale=locale)
    if flaws:
        raise Refused(flaws)
    made = TextSuggestion(
        organisation_id=viewer.organisation_id,
        locale=locale,
        made_at=now,
        made_by_id=viewer.person_id,
    )
    made.words = words.strip()
    db.session.add(made)
    record(
        "text_suggestion:added",
        viewer=viewer,
        now=now,
        object_kind="text_suggestion",
        object_id=made.id,
    )
    return made


def retire_suggestion(viewer: Viewer, suggestion_id: UUID, *, now: datetime) -> bool:
    """Offer a sentence no more; False if it was taken back before."""
    if not viewer.roles & KEEPERS:
        raise NotFound("suggestions")
    found = get_suggestion(viewer, suggestion_id)
    if found.retired_at is not None:
        return False
    found.retired_at, found.retired_by_id = now, viewer.person_id
    record(
        "text_suggestion:retired",
        viewer=viewer,
        now=now,
        object_kind="text_suggestion",
        object_id=found.id,
    )
    return True
