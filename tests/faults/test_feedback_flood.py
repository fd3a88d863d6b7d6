"""Somebody floods a poster: everything else goes on, and no answer that was real is lost.

A few hundred posts in every run; ten thousand in `make faults`.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.checkins.models import CheckIn
from engage.db import db
from engage.feedback.models import FeedbackAnswer, PosterWeek
from engage.messaging.models import InboundMessage
from engage.people import links
from engage.people.models import LinkKind, Person
from tests.cast import Cast
from tests.faults.house import IS_LONG
from tests.feedback.conftest import Hang, Hung, Line, code_of, hang, kept, line
from tests.page import Page

__all__ = ["hang", "line"]
POSTS, EVERY = (10_000, 250) if IS_LONG else (300, 30)
HOSTILE, HOME = {"REMOTE_ADDR": "198.51.100.66"}, {"REMOTE_ADDR": "203.0.113.5"}
BY_PHONE = 10  # texts an hour that one phone may give
BY_NETWORK = 60  # answers an hour that one network may give
Sent = dict[str, Any]
_keys = itertools.count(1)


def new_key() -> str:
    return f"key-{next(_keys):020}"


@pytest.fixture
def card(app: Flask, cast: Cast, now: Any) -> str:
    """The code of Maya's own card."""
    with app.app_context():
        code = links.issue(LinkKind.CHECK_IN, young_person_id=cast.maya, now=now)
        db.session.commit()
        return code


class Visitor:
    """A browser in some network, with the poster's page open."""

    def __init__(self, app: Flask, poster: Hung, where: dict[str, str]):
        self.client, self.where, self.poster = app.test_client(), where, poster
        page = Page(self.client.get(poster.path, environ_overrides=where))
        self.token = page.form(poster.path).values["csrf_token"][0]

    def post(self, path: str = "", **more: Any) -> Any:
        """Send something to the poster, as a program may."""
        sent = {"data": {"csrf_token": self.token, "about": "carer", "key": new_key()}}
        sent["data"] |= more.pop("answers", {})
        return self.client.post(
            path or self.poster.path, environ_overrides=self.where, **(sent | more)
        )


# What is sent, and what each may be answered with. 429: from here no more for a while.
ANSWERS: dict[str, tuple[Sent, set[int]]] = {
    "an answer": ({"answers": {"listened": "1", "words": "Bad"}}, {303, 429}),
    "scripts": ({"answers": {"words": "<script>alert(1)</script>{{7*7}}"}}, {303, 429}),
    "digits of others": ({"answers": {"safe": "٥", "kind": "५", "told": "５"}}, {400}),
    "numbers far off": ({"answers": {"safe": "999999999", "kind": "-1", "told": "NaN"}}, {400}),
    "a megabyte": ({"answers": {"words": "x" * 1_000_000}}, {413}),
    "a bit too long": ({"answers": {"words": "ا" * 2_001}}, {400}),
    "nothing": ({}, {400}),
    "a NUL": ({"answers": {"words": "a\x00b"}}, {400}),
    "no text": ({"data": b"words=%ff%fe", "content_type": "application/x-www-form-urlencoded"},
                {400}),
    "five thousand fields": ({"answers": {f"f{n}": "1" for n in range(5_000)}}, {413}),
    # The poster says whom it is about, whatever is sent.
    "another subject": ({"answers": {"about": "maya", "safe": "1"}}, {303, 429}),
    "no token": ({"data": {"about": "carer", "safe": "1"}}, {400}),
    "a forged token": ({"answers": {"csrf_token": "x" * 90, "safe": "1"}}, {400}),
    "JSON": ({"data": None, "json": {"safe": 1}}, {400}),
    "a code that is none": ({"path": "/f/" + "0" * 26, "answers": {"safe": "1"}}, {404, 429}),
}  # fmt: skip


def flood(app: Flask, poster: Hung, meanwhile: Callable[[int], None]) -> Counter[tuple[str, int]]:
    """Send everything there is again and again; do something else every now and then."""
    hostile, seen = Visitor(app, poster, HOSTILE), Counter[tuple[str, int]]()
    kinds = itertools.cycle(ANSWERS.items())
    for number in range(POSTS):
        kind, (sent, _allowed) = next(kinds)
        answer = hostile.post(**sent)
        seen[kind, answer.status_code] += 1
        if number % EVERY == 0:
            meanwhile(number)
    return seen


def test_everything_else_goes_on_and_nothing_real_is_lost(
    app: Flask, client: FlaskClient, hang: Hang, card: str, clock: Any
) -> None:
    attacked, other = hang(), hang(place="Kitchen")
    client.get(f"/c/{card}", environ_overrides=HOME)
    real: list[str] = []
    pressed: list[str] = []

    def meanwhile(number: int) -> None:
        """Somebody answers at each poster, and Maya says that she is OK."""
        for poster in (attacked, other):
            person = Visitor(app, poster, {"REMOTE_ADDR": f"203.0.113.{100 + number % 150}"})
            words = f"Real words, {len(real)}"
            assert person.post(answers={"safe": "4", "words": words}).status_code == 303
            real.append(words)
        page = Page(client.get("/now", environ_overrides=HOME))
        form = next(f for f in page.forms if f.action == "/now")
        sent = {**{k: v[0] for k, v in form.values.items() if v}, "kind": "ok"}
        sent["key"] = new_key()
        clock.shift(5)  # how often one may press is counted, too
        assert client.post("/now", data=sent, environ_overrides=HOME).status_code == 303
        pressed.append(sent["key"])

    seen = flood(app, attacked, meanwhile)
    for (kind, status), times in seen.items():
        assert status in ANSWERS[kind][1], (kind, status, times)
    told = [row.words for row in kept(app)]
    assert sorted(w for w in told if w and w.startswith("Real")) == sorted(real)
    # All of it within the hour: one network adds no more than its share.
    taken = sum(seen[each, 303] for each in ANSWERS)
    assert len(told) - len(real) == taken <= BY_NETWORK
    with app.app_context():
        assert db.session.scalar(select(func.count(CheckIn.id))) == len(pressed)
        assert db.session.scalar(select(func.count(PosterWeek.id))) == 2
        about = AuditEntry.verb.like("feedback%")
        assert db.session.scalar(select(func.count(AuditEntry.id)).where(about)) == 0
        scores = set(db.session.scalars(select(FeedbackAnswer.safe)))
    assert scores <= {None, 1, 4}


TEXTS = [
    "RATE {} 1 Bad", "RATE {} 1 he hit me", "RATE 7CCC2 1", "RATE", "rate{}5 " + "x" * 1_500,
    "RATE {} <script>alert(1)</script>{{{{7*7}}}}", "RATE {} ٥ كلام", "RATE {} 999999999", "{} 1",
]  # fmt: skip


def test_a_flood_of_texts_is_kept_ten_times_and_stops_nobody_else(
    app: Flask, cast: Cast, line: Line, hang: Hang
) -> None:
    """One phone texts a poster without end; others, and Maya who is OK, are heard as ever."""
    code, other = code_of(app, hang()), code_of(app, hang(place="Kitchen"))
    with app.app_context():
        maya = str(db.session.get_one(Person, cast.maya).phone)
    answered, real, ok = 0, [], 0
    for number, body in zip(range(POSTS // 5), itertools.cycle(TEXTS), strict=False):
        said = line.text(body.format(code), by="+447700900666", sid=f"FLOOD{number}")
        answered += bool(said)
        if number % EVERY == 0:
            for each in (code, other):
                words = f"Real words, {len(real)}"
                assert line.text(f"RATE {each} 4 {words}", by=f"+447700900{200 + len(real)}")
                real.append(words)
            assert line.text("ok", by=maya) == ""
            ok += 1
    told = [row.words for row in kept(app)]
    assert sorted(w for w in told if w and w.startswith("Real")) == sorted(real)
    assert len(told) - len(real) <= BY_PHONE and answered <= BY_PHONE + 1
    with app.app_context():
        assert db.session.scalar(select(func.count(CheckIn.id))) == ok
        assert db.session.scalar(select(func.count(InboundMessage.id))) == ok
        about = AuditEntry.verb.like("feedback%")
        assert db.session.scalar(select(func.count(AuditEntry.id)).where(about)) == 0


def test_who_comes_too_late_is_told_when_in_plain_words_and_keeps_what_they_typed(
    app: Flask, hang: Hang
) -> None:
    poster = hang()
    hostile = Visitor(app, poster, HOSTILE)
    for _ in range(BY_NETWORK):
        assert hostile.post(answers={"safe": "1"}).status_code == 303
    answer = hostile.post(answers={"safe": "2", "words": "A real one from here"})
    page = Page(answer)
    assert answer.status_code == 429
    assert "Your words are still here: send them again in" in page.main_text
    form = page.form(poster.path)
    assert form.values["words"] == ["A real one from here"] and form.values["safe"] == ["2"]
    assert "999" in page.text  # who is in danger is not kept waiting


@pytest.mark.parametrize(
    "kind", ["a megabyte", "five thousand fields", "a forged token", "no text"]
)
def test_what_is_refused_is_refused_with_a_page_of_ours(kind: str, app: Flask, hang: Hang) -> None:
    sent, allowed = ANSWERS[kind]
    answer = Visitor(app, hang(), HOSTILE).post(**sent)
    page = Page(answer)
    assert answer.status_code in allowed
    assert page.links and "Traceback" not in page.html and "werkzeug" not in page.html.lower()
    assert kept(app) == []
