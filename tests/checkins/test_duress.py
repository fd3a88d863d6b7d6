"""A not-OK word looks from outside like any other answer: same status, headers, length, time.

Source: SAFETY 2 and T04, issue 4: 200 runs, medians within 20 ms.
"""

import itertools
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage.cards import actions as card_actions
from engage.checkins.models import CheckIn, Word
from engage.checkins.rules import Belief, Kind
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person, ReplyPolicy
from tests.cast import CODE_WORD, NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import SERVICE, alerts, last_check_in, own_number, phone_of, text
from tests.page import Page
from tests.webhooks.signing import ACCOUNT, TOKEN, encoded, incoming, signature

RUNS = 200
WITHIN = 0.020  # seconds
# So far apart that each is answered, and none is beyond what is acted on in an hour.
APART = timedelta(minutes=11)
# What differs between any two answers: when it was given, and the session's own cookie.
CHANGING = {"date", "set-cookie", "x-request-id"}
_sids = itertools.count(1)
Post = Callable[[str], TestResponse]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, app: Flask, cast: Cast) -> Iterator[str]:
    """The provider's own settings, as in production, and Maya's number."""
    changes = {
        "sms_provider": "twilio", "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN,
        "twilio_number": SERVICE,
    }  # fmt: skip
    changed = app.extensions["engage"].model_copy(update=changes)
    monkeypatch.setitem(app.extensions, "engage", changed)
    with app.app_context():
        own_number(cast)
        yield phone_of(cast.maya)


def seen(answer: TestResponse) -> tuple[int, list[tuple[str, str]], int]:
    headers = sorted((k.lower(), v) for k, v in answer.headers if k.lower() not in CHANGING)
    return answer.status_code, headers, len(answer.data)


def median_apart(post: Post, ordinary: str, duress: str) -> float:
    """Return how far apart they are, the least of three: a real difference is there each time.

    On a machine with ten times as much to do as it can, one comparison in some hundred is not.
    """
    least = compared(post, ordinary, duress)
    for _ in range(2):
        if least > WITHIN:
            least = min(least, compared(post, ordinary, duress))
    return least


def compared(post: Post, ordinary: str, duress: str) -> float:
    """Answer both in turn, so that whatever slows the machine slows both; compare medians."""
    taken: dict[str, list[float]] = {ordinary: [], duress: []}
    answers: dict[str, set[object]] = {ordinary: set(), duress: set()}
    for run in range(RUNS):
        for words in (ordinary, duress) if run % 2 else (duress, ordinary):
            began = time.perf_counter()
            answer = post(words)
            taken[words].append(time.perf_counter() - began)
            status, headers, length = seen(answer)
            answers[words].add((status, tuple(headers), length))
    assert answers[ordinary] == answers[duress]
    medians = [statistics.median(times) for times in taken.values()]
    return abs(medians[0] - medians[1])


def test_by_text_both_words_look_and_take_the_same(
    app: Flask, client: FlaskClient, cast: Cast, provider: str, clock: time_machine.Traveller
) -> None:
    def post(words: str) -> TestResponse:
        clock.shift(APART)
        fields = incoming(provider, words, f"SM{next(_sids):032}", SERVICE)
        signed = {"X-Twilio-Signature": signature("/webhooks/twilio/sms", fields)}
        return client.post(
            "/webhooks/twilio/sms", data=encoded(fields), headers=signed,
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip

    assert post("ok").status_code == 200
    assert median_apart(post, f"ok {CODE_WORD}", f"ok {NOT_OK_WORD}") <= WITHIN
    # Every one of them was acted on: none was beyond the hour's number, and so for nothing.
    words = Counter(db.session.scalars(select(CheckIn.word)))
    assert words[Word.CODE] == words[Word.NOT_OK] in (RUNS, 2 * RUNS, 3 * RUNS)


def test_on_the_page_both_words_look_and_take_the_same(
    app: Flask, client: FlaskClient, cast: Cast, card: card_actions.Card,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("engage.checkins.now_views.TAPS", "100000 per minute")
    client.get(f"/c/{card.code}")
    token = Page(client.get("/now")).form("/now").values["csrf_token"][0]

    def post(note: str) -> TestResponse:
        key = f"key-{next(_sids):08}"
        return client.post(
            "/now", data={"csrf_token": token, "kind": "ok", "key": key, "note": note}
        )

    assert post("hi").status_code == 303
    assert median_apart(post, f"its {CODE_WORD}", f"its {NOT_OK_WORD}") <= WITHIN
    with app.app_context():
        words = Counter(db.session.scalars(select(CheckIn.word)))
    assert words[Word.CODE] == words[Word.NOT_OK] in (RUNS, 2 * RUNS, 3 * RUNS)


@pytest.mark.parametrize("policy", ReplyPolicy)
def test_the_texts_that_come_back_are_the_same(
    inside: None, cast: Cast, policy: ReplyPolicy
) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = policy
    db.session.commit()

    def replies(words: str, minutes: int) -> list[tuple[str, str]]:
        now = NOW + timedelta(minutes=minutes)
        text(phone_of(cast.maya), words, now=now)
        rows = db.session.scalars(
            select(Message).where(Message.person_id == cast.maya, Message.created_at == now)
        )
        return [(row.template, str(row.params)) for row in rows]

    assert replies(f"ok {CODE_WORD}", 0) == replies(f"ok {NOT_OK_WORD}", 10)
    assert alerts()


@pytest.mark.parametrize("policy", [ReplyPolicy.NEUTRAL, ReplyPolicy.AGREED])
@pytest.mark.parametrize(
    "said",
    [
        ("ok {}", "sos", "not ok"),
        ("ready {}", "2", "by the bus station", "3", "51.3728, -0.0990"),
        ("ready {}", "ready", "1", "hello", "4"),
        ("talk {}", "talk", "ready", "1"),
        ("{}", "ok", "where croydon", "where croydon {}"),
        ("hello {}", "hello", "sos {}", "at dans"),
    ],
)
def test_a_whole_conversation_after_either_word_is_the_same(
    inside: None, cast: Cast, policy: ReplyPolicy, said: tuple[str, ...]
) -> None:
    """What follows a not-OK word is answered, and read, as after the other one."""
    db.session.get_one(Person, cast.maya).reply_policy = policy
    db.session.commit()

    def conversation(word: str, days: int) -> list[str]:
        began = NOW + timedelta(days=days)
        for at, words in enumerate(said):
            text(phone_of(cast.maya), words.format(word), now=began + at * timedelta(seconds=50))
        rows = db.session.scalars(
            select(Message)
            .where(Message.person_id == cast.maya, Message.created_at >= began)
            .order_by(Message.created_at)
        )
        return [f"{(row.created_at - began).seconds} {row.template} {row.params}" for row in rows]

    # The not-OK word first: it opens nothing that could be there for the other.
    watched = conversation(NOT_OK_WORD, 0)
    assert watched == conversation(CODE_WORD, 1)
    assert len(watched) > 1


def press(client: FlaskClient, **values: str) -> None:
    Page(client.get("/now")).form("/now").fill(values).submit(client, "I'm OK")


@pytest.mark.parametrize(
    ("note", "kind", "word", "belief"),
    [
        ("", Kind.OK, Word.NONE, Belief.V1),
        ("at dans", Kind.OK, Word.NONE, Belief.V1),
        (f"hi {CODE_WORD}", Kind.OK, Word.CODE, Belief.V2),
        (f"hi {NOT_OK_WORD}", Kind.NOT_OK, Word.NOT_OK, Belief.V2),
        (f"{NOT_OK_WORD} he has a knife", Kind.SOS, Word.NOT_OK, Belief.V2),
        ("not really ok", Kind.NOT_OK, Word.NONE, Belief.V1),
        ("help me", Kind.SOS, Word.NONE, Belief.V1),
    ],
)
def test_words_on_the_page_are_heard_whatever_was_pressed(
    note: str, kind: Kind, word: Word, belief: Belief,
    app: Flask, client: FlaskClient, cast: Cast, card: card_actions.Card,
) -> None:  # fmt: skip
    client.get(f"/c/{card.code}")
    press(client, note=note)
    with app.app_context():
        heard = last_check_in()
        assert (heard.kind, heard.word, heard.belief) == (kind, word, belief)
        assert bool(alerts()) is (kind is not Kind.OK)


def test_nothing_on_the_page_tells_that_an_alarm_was_raised(
    client: FlaskClient, cast: Cast, card: card_actions.Card
) -> None:
    client.get(f"/c/{card.code}")
    pages = []
    for note in (CODE_WORD, NOT_OK_WORD):
        form = Page(client.get("/now")).form("/now").fill({"note": note})
        answer = form.submit(client, "I'm OK")
        pages.append(Page(client.get(answer.location)).text)
    assert pages[0] == pages[1]


def test_the_two_words_of_one_person_mean_nothing_in_anothers_text(
    inside: None, cast: Cast
) -> None:
    text(phone_of(cast.kit), f"ok {NOT_OK_WORD}", now=NOW)
    check_in: UUID | None = last_check_in().young_person_id
    assert check_in == cast.kit
    assert last_check_in().word == Word.NONE
