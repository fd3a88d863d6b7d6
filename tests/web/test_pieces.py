"""What pages are made of: each macro says in words what its colour and icon say."""

import json

import pytest
from flask.testing import FlaskClient

from engage.web import static
from tests.page import Page, words


@pytest.fixture
def shown(client: FlaskClient) -> Page:
    return Page(client.get("/"))


def test_a_notice_of_danger_and_one_of_success_differ_in_more_than_colour(shown: Page) -> None:
    good, urgent, info = shown.all(cls="notice")
    assert good.get("role") == "status"
    icons = [next(e.iter("{http://www.w3.org/2000/svg}svg")) for e in (good, urgent, info)]
    assert len({"".join(c.get("d", "") for c in icon) for icon in icons}) == 3
    assert words(urgent) == "Use another way This number is not in use any more."


def test_big_answers_are_buttons_with_their_words(shown: Page) -> None:
    form = shown.form("/form")
    assert form.options("kind") == ["ok", "talk", "not-safe"]
    assert "I want to talk Somebody calls or texts you" in form.buttons


def test_who_sees_an_answer_is_said_before_the_answer_is_asked_for(shown: Page) -> None:
    assert "Who will see this: Jo, Sam." in shown
    assert shown.html.index("Who will see this") < shown.html.index("<form")


def test_rooms_of_a_plan_are_done_started_skipped_or_not_started_and_never_a_number(
    shown: Page,
) -> None:
    tasks = shown.one("ul", cls="tasks")
    states = [words(e) for e in tasks.iter("span")]
    assert states == ["Done", "Started", "Skipped", "Not started"]
    assert "%" not in words(tasks)


def test_people_can_be_called_and_texted_by_name(shown: Page) -> None:
    nan = shown.all("li", cls="person")[0]
    links = {a.get("aria-label"): a.get("href") for a in nan.iter("a")}
    assert links == {"Call Nan Ruth": "tel:+447700900123", "Text Nan Ruth": "sms:+447700900123"}


def test_helplines_can_be_called_and_texted_without_spaces(shown: Page) -> None:
    assert shown.link("Call 116 000") == "tel:116000"
    assert shown.link("Text 116000") == "sms:116000"
    assert "Childline" in shown


def test_words_that_somebody_wrote_keep_their_lines_and_their_direction(shown: Page) -> None:
    quote = shown.one("blockquote")
    assert quote.get("dir") == "auto"
    assert (quote.text or "").startswith("I like to sit in the kitchen.\nAnd")
    assert "Maya, in her own words" in shown


def test_times_are_for_people_and_for_machines(shown: Page) -> None:
    first = shown.all("time")[0]
    assert words(first) == "Sun 22 Nov 21:05"
    assert first.get("datetime") == "2026-11-22T21:05+00:00"


def test_a_card_that_leads_somewhere_is_one_link(shown: Page) -> None:
    assert shown.link("My card A QR code to print") == "/now"


def test_an_icon_is_passed_over_by_screen_readers_and_never_breaks_a_page() -> None:
    drawn = str(static.icon("eye"))
    assert 'aria-hidden="true"' in drawn and "<circle" in drawn
    assert "<svg" in str(static.icon("no-such-icon"))
    assert '"' not in str(static.icon("eye", 'x" onload="y')).split("class=")[1].split(" viewBox")[
        0
    ].strip('"').replace("&#34;", "")


def test_the_icons_that_come_from_python_were_built() -> None:
    listed = {
        line.strip()
        for line in (static.ROOT.parents[1] / "assets" / "icons.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    }
    assert listed <= set(json.loads((static.DIST / "icons.json").read_text()))
