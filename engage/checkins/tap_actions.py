"""Receiving what young people press on `/now`, from their link or signed in."""

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select

from engage.alerts.chain import NOW, initials_of
from engage.alerts.rows import Subject
from engage.checkins.actions import Received
from engage.checkins.expected_filing import EXPECTED, hear
from engage.checkins.filing import CHECK_INS, Signal, file_known, store
from engage.checkins.models import SentBy, Word
from engage.checkins.ready_filing import IS_RETURNING, follow_up
from engage.checkins.rules import Belief, Kind, understand
from engage.checkins.senders import House
from engage.db import db
from engage.people.code_words import phrases
from engage.people.models import Organisation, Person, PersonKind
from engage.people.viewer import Viewer
from engage.people.words import fold
from engage.statements import Query
from engage.web.errors import NotFound

# What the buttons of the page mean. Source: MISSION 2.2 and CONTRACT.
KINDS = {"ok": Kind.OK, "ready": Kind.READY, "talk": Kind.TALK, "not-safe": Kind.SOS}
LONGEST_NOTE = 1000
LONGEST_PLACE = 200
_person: Any = Person.__table__
_organisation: Any = Organisation.__table__
_FACTS = Query(
    select(
        _person.c.name,
        _person.c.word_needed,
        _person.c.code_word_index,
        _person.c.not_ok_word_index,
        _organisation.c.id,
        _organisation.c.policy,
        _organisation.c.locale,
        _organisation.c.neutral_name,
        EXPECTED,
        IS_RETURNING,
    )
    .join_from(_person, _organisation, _organisation.c.id == _person.c.organisation_id)
    .where(
        _person.c.id == bindparam("young", type_=Uuid()),
        _person.c.kind == PersonKind.YOUNG_PERSON,
        or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
    )
)


@dataclass(frozen=True)
class Tap:
    """What was pressed and written. `key` makes pressing twice count once."""

    kind: Kind
    key: str
    note: str = ""
    place: str = ""
    locale: str = "en"
    # When it was pressed, if the phone kept it until there was a signal.
    sent_at: datetime | None = None
    belief: Belief = Belief.V1


def receive_tap(
    viewer: Viewer,
    young_person_id: UUID,
    tap: Tap,
    *,
    now: datetime,
    address: str,
    is_all: bool = False,
) -> Received | None:
    """Keep a check-in from the page and tell whoever must hear; None if this key came before.

    The caller has opened the link, or signed the young person in. A link alone is V1: it may
    meet a routine check-in and raise concern, never lower it further; with their word it is
    V2. The page that follows is the same whatever word stood in it. Source: SAFETY 2.
    `is_all`: the caller writes nothing else in this transaction (see `write_once`).
    """
    connection = db.session.connection()
    found = _FACTS.all(connection, {"young": young_person_id, "now": now})
    if not found:
        raise NotFound("young person")
    facts = found[0]
    kind, seen, word = _heard(tap, facts.code_word_index, facts.not_ok_word_index)
    # A word adds one step to what brought it, as in a text.
    belief = tap.belief if word is Word.NONE else Belief(min(tap.belief + 1, Belief.V2))
    signal = Signal(
        key=f"tap:{young_person_id.hex}:{tap.key[:36]}",
        kind=kind,
        belief=belief,
        word=word,
        looks_like=seen if seen is not kind else None,
        sent_by=SentBy.PAGE if viewer.person_id == young_person_id else SentBy.LINK,
        locale=tap.locale,
        note=tap.note[:LONGEST_NOTE],
        place=tap.place[:LONGEST_PLACE],
        sent_at=tap.sent_at,
    )
    who = initials_of(facts.name, young_person_id)
    subject = Subject(facts.id, young_person_id, who, address)
    rows, check_in = file_known(
        connection,
        signal,
        House(facts.id, facts.policy, facts.locale, facts.neutral_name),
        subject,
        is_sure=belief >= (Belief.V2 if facts.word_needed else Belief.V1),
        actor=viewer,
        now=now,
    )
    changes = follow_up(
        connection, rows, check_in, facts.policy, is_returning=bool(facts.is_returning),
        words=signal.place or signal.note, actor=viewer, now=now,
    )  # fmt: skip
    heard = functools.partial(
        hear, connection, subject, check_in, word_needed=facts.word_needed, actor=viewer, now=now
    )
    if not store(
        connection, rows, check_in, first=(CHECK_INS, check_in), changes=changes,
        heard=heard if facts.expected else None, is_all=is_all,
    ):  # fmt: skip
        return None
    return Received(signal.kind, signal.belief, young_person_id, check_in["alert_id"])


def _heard(tap: Tap, code_word: str | None, not_ok_word: str | None) -> tuple[Kind, Kind, Word]:
    """Return what was meant, and what it looks like to somebody who looks on.

    What they wrote may raise concern whatever they pressed.
    """
    written = f"{tap.note} {tap.place}"
    said = phrases(fold(written)) if written.strip() else {}
    word = Word.NOT_OK if not_ok_word in said else Word.CODE if code_word in said else Word.NONE
    if tap.kind is Kind.SOS or not said:
        return tap.kind, tap.kind, word
    meant = understand(tap.note, tap.locale).kind
    seen = meant if meant in (Kind.SOS, Kind.NOT_OK) else tap.kind
    if word is Word.NOT_OK:
        return Kind.SOS if meant is Kind.SOS else Kind.NOT_OK, seen, word
    return seen, seen, word
