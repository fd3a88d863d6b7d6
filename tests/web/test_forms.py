"""Forms: forged ones are refused, mistakes are said once and kindly, what was typed stays."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.web import fields
from tests.page import Page, words
from tests.web.site import TrustedForm


@pytest.fixture
def blank(client: FlaskClient) -> Page:
    return Page(client.get("/form"))


def test_a_filled_in_form_is_taken_and_moves_on(client: FlaskClient, blank: Page) -> None:
    form = blank.form().fill(name="Coach Lee", how="friend", sees=["jo"], note="At football")
    landed = form.send(client)
    assert landed.heading == "Thank you"
    assert "Coach Lee" in landed


def test_what_is_missing_is_said_in_the_words_of_the_field_and_leads_there(
    client: FlaskClient, blank: Page
) -> None:
    again = Page(blank.form().fill(phone="07700 900123").submit(client))
    assert again.status == 200
    assert again.errors == ["Tell us what you call them", "Pick how you know them"]
    assert again.link("Tell us what you call them") == "#name"
    assert again.one(id="name").get("aria-describedby") == "name-hint name-error"
    assert words(again.one(id="name-error")) == "Please fix: Tell us what you call them"
    assert again.form().values["phone"] == ["07700 900123"]
    assert "A few things to fix" in again


def test_fields_are_lazy_and_speak_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context("/"):
        form = TrustedForm()
        assert str(form.phone.label.text) == "Call"


def test_nothing_is_chosen_beforehand_and_every_answer_has_its_small_print(blank: Page) -> None:
    form = blank.form()
    assert "how" not in form.values and "sees" not in form.values and "sure" not in form.values
    assert form.options("how") == ["family", "friend"]
    assert words(blank.one(id="how-2-item-hint")) == "Any age"
    assert form.options("sees") == ["jo", "sam"]


def test_the_browser_does_not_speak_over_our_own_words(blank: Page) -> None:
    assert blank.form().element.get("novalidate") is not None
    for control in [*blank.all("input"), *blank.all("textarea"), *blank.all("select")]:
        assert control.get("required") is None
        assert control.get("maxlength") is None


def test_nothing_personal_is_kept_by_the_phone(blank: Page) -> None:
    for name in ("name", "phone", "note", "secret"):
        assert blank.one(name=name).get("autocomplete") == "off"


def test_a_limit_is_said_before_it_is_met(blank: Page) -> None:
    assert "You can write up to 50 letters." in blank


@pytest.mark.parametrize(
    ("name", "typed", "problem"),
    [
        ("note", "x" * 51, "This is 1 letter too long. Please make it shorter."),
        ("note", "ñ" * 60, "This is 10 letters too long. Please make it shorter."),
        ("phone", "0" * 25, "This is 5 letters too long. Please make it shorter."),
        ("name", "y" * 300, "This is 100 letters too long. Please make it shorter."),
    ],
)
def test_a_text_too_long_stays_in_its_field(
    client: FlaskClient, blank: Page, name: str, typed: str, problem: str
) -> None:
    form = blank.form().fill({"name": "Ade", "how": "family", name: typed})
    again = Page(form.submit(client))
    assert again.errors == [problem]
    assert again.form().values[name] == [typed]


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x07", "\uffff"])
def test_signs_that_no_page_can_show_are_pointed_out_and_the_rest_stays(
    client: FlaskClient, blank: Page, bad: str
) -> None:
    form = blank.form().fill(name=f"Co{bad}ach", how="family", note=f"a{bad}b")
    again = Page(form.submit(client))
    assert again.errors == ["Some signs could not be read. Check it and send it again."] * 2
    assert again.form().values["name"] == ["Coach"]
    assert again.form().values["note"] == ["ab"]


def test_an_answer_that_was_not_offered_is_refused(client: FlaskClient, blank: Page) -> None:
    form = blank.form().fill(name="Ade")
    form.values |= {"how": ["police"], "sees": ["jo", "zed"], "where": ["moon"]}
    again = Page(form.submit(client))
    assert again.errors == [
        "Pick one of the answers.",
        "Pick some of the answers.",
        "Pick one of the answers.",
    ]


def test_a_password_is_never_sent_back(client: FlaskClient, blank: Page) -> None:
    again = Page(blank.form().fill(secret="  blue bird  ").submit(client))
    assert "blue bird" not in again.html
    assert again.form().values["secret"] == [""]


def test_what_an_action_found_out_is_said_like_the_rest(app: Flask) -> None:
    with app.test_request_context("/"):
        form = TrustedForm()
        form.say("phone", "We know this number already")
        assert form.fixes == [("phone", "We know this number already")]


def test_the_key_stays_while_a_form_is_mended_and_is_new_on_a_new_page(
    client: FlaskClient, blank: Page
) -> None:
    key = blank.form().values["key"]
    assert Page(blank.form().submit(client)).form().values["key"] == key
    assert Page(client.get("/form")).form().values["key"] != key


@pytest.mark.parametrize("sent", ["", "x", "a" * 65, "<script>alert(1)</script>"])
def test_a_key_of_another_shape_is_as_good_as_none(
    client: FlaskClient, blank: Page, sent: str
) -> None:
    form = blank.form()
    form.values["key"] = [sent]
    kept = Page(form.submit(client)).form().values["key"][0]
    assert fields.KEY_SHAPE.fullmatch(kept) and kept != sent


def test_without_a_token_of_ours_nothing_happens(client: FlaskClient, blank: Page) -> None:
    form = blank.form().fill(name="Ade", how="family")
    form.values["csrf_token"] = ["forged"]
    assert form.submit(client).status_code == 400
    stranger = client.application.test_client()
    assert blank.form().fill(name="Ade", how="family").submit(stranger).status_code == 400


def test_line_ends_are_one_kind_and_spaces_around_a_line_are_dropped(app: Flask) -> None:
    sent = {"name": "  Nan \t Ruth ", "note": "one\r\ntwo\rthree\n", "how": "family"}
    with app.test_request_context("/", method="POST", data=sent):
        form = TrustedForm(meta={"csrf": False})
        assert form.validate()
        assert form.name.data == "Nan Ruth"
        assert form.note.data == "one\ntwo\nthree"
        assert form.sure.data is False


@settings(deadline=None, max_examples=60)
@given(typed=st.text(max_size=80))
def test_whatever_is_typed_gives_a_page_or_a_clear_answer(typed: str) -> None:
    # Lone halves of characters cannot be sent: browsers replace them before.
    typed = typed.encode("utf-8", "replace").decode("utf-8")
    client = SITE.test_client()
    form = Page(client.get("/form")).form().fill(note=typed)
    again = Page(form.submit(client))
    assert again.status == 200
    expected = fields.showable(typed).replace("\r\n", "\n").replace("\r", "\n").strip()
    assert again.form().values["note"] == [expected]


def _site() -> Flask:
    from tests.web import site

    return site.build()


SITE = _site()
