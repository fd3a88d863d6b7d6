"""Sending texts to the app as a phone does, and reading what it would text back."""

import itertools
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage.alerts.models import Alert
from engage.checkins.actions import Received, receive_text
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.delivery import words_of
from engage.messaging.inbound import InboundText
from engage.messaging.models import Message
from engage.people.models import Organisation, Person
from tests.cast import Cast
from tests.page import Form

SERVICE = "+447700900500"
UNKNOWN = "+447700900777"
ADDRESS = "http://localhost"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Sent:
    """One text in the outbox, in words."""

    to: UUID | None
    template: str
    words: str
    klass: str


def own_number(cast: Cast) -> None:
    """Give each organisation its own number."""
    db.session.get_one(Organisation, cast.other_organisation).service_number = "+447700900501"
    db.session.get_one(Organisation, cast.organisation).service_number = SERVICE
    db.session.commit()


def phone_of(person_id: UUID) -> str:
    return str(db.session.get_one(Person, person_id).phone)


def text(
    number: str,
    body: str,
    *,
    now: datetime,
    sid: str | None = None,
    opt_out_type: str | None = None,
    sent_at: datetime | None = None,
) -> Received | None:
    """Receive a text from this number and commit, like the webhook."""
    sid = sid or f"SM{next(_numbers):032}"
    received = receive_text(
        InboundText("twilio", sid, number, SERVICE, body, sent_at, opt_out_type),
        now=now,
        address=ADDRESS,
    )
    db.session.commit()
    return received


def outbox(locale: str | None = None) -> list[Sent]:
    """Return every queued text, oldest first, in its reader's words."""
    rows = db.session.execute(select(Message.__table__).order_by(Message.created_at)).all()
    return [
        Sent(row.person_id, row.template, words_of(row, locale or row.locale or "en"), row.klass)
        for row in rows
    ]


def told(template: str) -> set[UUID | None]:
    """Return who was sent this text."""
    return {sent.to for sent in outbox() if sent.template == template}


def last_check_in() -> CheckIn:
    found = db.session.scalars(select(CheckIn).order_by(CheckIn.received_at.desc())).first()
    assert found is not None
    return found


def press(form: Form, client: FlaskClient, button: str, **values: str) -> TestResponse:
    """Fill in a form, press one of its buttons and return the answer."""
    return form.fill(values).submit(client, button)


def alerts() -> list[Alert]:
    """Every alert, in the order they were raised."""
    return list(db.session.scalars(select(Alert).order_by(Alert.raised_at)))
