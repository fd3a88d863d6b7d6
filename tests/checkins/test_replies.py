"""What may be texted back, and what it may say."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from engage.checkins.replies import (
    READY_CHOICES,
    Asked,
    reply_to_stranger,
    reply_to_young_person,
    wants_choice,
    words_for,
)
from engage.checkins.rules import LANGUAGES, Kind
from engage.checkins.senders import House, Sender
from engage.i18n import render_text
from engage.people.models import PersonKind, ReplyPolicy
from engage.places.models import Place
from engage.places.queries import Found

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HOUSE = House(uuid4(), "england", "en", "Northtown")
TEMPLATES = sorted(
    path.stem
    for path in (Path(__file__).parents[2] / "engage/templates/sms").glob("*.txt")
    if path.stem.startswith(("reply_", "alert_", "info_"))
)
PARAMS = {"who": "MAB", "by": "Bartholomew", "link": "https://engage.example.org/a/" + "X" * 26,
          "em": "999", "phone": "116 000", "name": "Northtown",
          "at": "22:41", "words": "Same corner as always x",
          "a": "Blue House, 5 Elm St, 020 7946 0100",
          "a_until": "21:00", "a_always": "", "b": "The Hub, 1 High St", "b_until": "",
          "b_always": "1"}  # fmt: skip
# To a phone that somebody else may hold: nothing of care, of being away, of people or places.
GIVING_AWAY = re.compile(
    r"missing|care\b|carer|social|placement|plan\b|foster|runaway|police|northtown|https?:|maya|\bsam\b",
    re.IGNORECASE,
)

PLACE = Place(name="The Hub", town="Northtown", address="1 High St", hours="daily 9-21", run_by=[])
FOUND = Found(PLACE, 1.2, NOW + timedelta(hours=3))


def sender(policy: ReplyPolicy) -> Sender:
    return Sender(
        uuid4(), HOUSE.id, PersonKind.YOUNG_PERSON, "en", "", None, None, policy, False, None
    )


def reply(kind: Kind, policy: ReplyPolicy, **more: bool) -> str | None:
    row = reply_to_young_person(sender(policy), HOUSE, kind, locale="en", now=NOW, **more)
    return row["template"] if row else None


@pytest.mark.parametrize("kind", Kind)
def test_a_neutral_plan_gives_one_answer_to_everything(kind: Kind) -> None:
    if kind in (Kind.STOP, Kind.START, Kind.WRONG_NUMBER):
        return
    assert reply(kind, ReplyPolicy.NEUTRAL) == "reply_neutral"


@pytest.mark.parametrize("kind", Kind)
def test_a_plan_without_replies_gives_none_but_the_answer_to_an_opt_out(kind: Kind) -> None:
    expected = {Kind.STOP: "reply_stop", Kind.START: "reply_start"}.get(kind)
    assert reply(kind, ReplyPolicy.NONE) == expected


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("policy", ReplyPolicy)
def test_where_the_provider_answered_we_do_not(kind: Kind, policy: ReplyPolicy) -> None:
    assert reply(kind, policy, has_answer=True) is None


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (Kind.OK, "reply_ok"), (Kind.READY, "reply_ready"), (Kind.TALK, "reply_talk"),
        (Kind.SOS, "reply_sos"), (Kind.NOT_OK, "reply_sos"), (Kind.HELP, "reply_info"),
        (Kind.INFO, "reply_info"), (Kind.WHERE, "reply_where"), (Kind.FREE, "reply_words"),
        (Kind.YES, "reply_words"), (Kind.WRONG_NUMBER, None),
    ],
)  # fmt: skip
def test_an_agreed_plan_answers_what_was_said(kind: Kind, template: str | None) -> None:
    assert reply(kind, ReplyPolicy.AGREED) == template


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_text_reads_in_every_language(template: str, locale: str) -> None:
    words = render_text(f"sms/{template}.txt", locale, **PARAMS)
    assert words
    assert "{" not in words and "%(" not in words
    if locale == "en":
        assert len(words) <= 160


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("template", [t for t in TEMPLATES if t.startswith("reply_")])
def test_no_reply_gives_anything_away(template: str, locale: str) -> None:
    if template == "reply_info":
        # Carriers ask for a programme name here: the organisation's neutral one. SAFETY 14.
        return
    words = render_text(f"sms/{template}.txt", locale, **PARAMS)
    assert not GIVING_AWAY.search(words), words


def test_each_reply_gets_exactly_the_values_it_needs() -> None:
    asked = Asked(own_words="See you at the corner x", places=(FOUND, FOUND))
    for template in (t for t in TEMPLATES if t.startswith("reply_")):
        assert render_text(f"sms/{template}.txt", "en", **words_for(template, HOUSE, asked))


def test_the_answer_to_a_stranger_is_the_same_whoever_asks() -> None:
    rows = [
        reply_to_stranger(number, HOUSE, locale="en", phone_index=number, now=NOW)
        for number in ("+447700900777", "+447700900778")
    ]
    assert {row["template"] for row in rows} == {"reply_unknown"}
    assert rows[0]["not_after"] == rows[1]["not_after"]
    assert rows[0]["young_person_id"] is None


def test_a_digit_is_an_answer_only_after_a_question() -> None:
    agreed, neutral = sender(ReplyPolicy.AGREED), sender(ReplyPolicy.NEUTRAL)
    assert wants_choice(replace(agreed, last_said="ready")) == READY_CHOICES
    assert wants_choice(replace(agreed, last_said="ok")) == 0
    assert wants_choice(agreed) == 0
    assert wants_choice(replace(neutral, last_said="ready")) == 0


def test_words_are_made_for_the_place(app: Flask) -> None:
    american = House(uuid4(), "missouri", "en", "N")
    assert words_for("reply_sos", american)["em"] == "911"
    assert words_for("reply_where", HOUSE)["phone"] == "116 000"
