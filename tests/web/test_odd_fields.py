"""Fields that are sent what no browser sends: files, numbers, nothing, far too much."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from engage.people.staff_forms import CodeField
from engage.web.fields import KEY_SHAPE, NOT_TEXT, showable
from engage.web.forms import (
    Choices,
    Form,
    Key,
    ManyChoices,
    PasswordField,
    TextArea,
    TextField,
    Tick,
)


class Everything(Form):
    """One field of each kind."""

    line = TextField("Line", needed="Type a line.")
    area = TextArea("Area", limit=50)
    word = PasswordField("Word")
    digits = CodeField("Digits", limit=12)
    one = Choices("One", choices=[("a", "A"), ("b", "B")])
    some = ManyChoices("Some", choices=[("a", "A"), ("b", "B")])
    sure = Tick("Sure")
    key = Key()


TYPED = st.text(max_size=120) | st.text("0123456789٣ -", max_size=20)
ANYTHING = st.one_of(
    TYPED, st.integers(), st.none(), st.lists(st.integers(), max_size=2),
    st.builds(lambda: FileStorage(BytesIO(b"x"), "x.png")),
)  # fmt: skip


def filled(app, data):
    with app.test_request_context(method="POST"):
        form = Everything(MultiDict(data), meta={"csrf": False})
        return form, form.validate()


@given(data=st.dictionaries(st.sampled_from(["line", "area", "word", "digits", "key"]), ANYTHING))
def test_whatever_is_sent_a_field_holds_text_that_can_be_shown(built_app, data):
    form, _valid = filled(built_app, data)
    for name in ("line", "area", "word", "digits"):
        held = form[name].data
        assert held is None or isinstance(held, str)
        assert not NOT_TEXT.search(held or "")
    assert KEY_SHAPE.fullmatch(form.key.data)


@given(typed=TYPED)
def test_what_was_typed_stays_but_for_spaces_and_what_no_page_can_show(built_app, typed):
    form, _valid = filled(built_app, {"line": typed, "area": typed})
    assert form.line.data == " ".join(showable(typed).split())
    assert form.area.data.split() == showable(typed).split()


@pytest.mark.parametrize("sent", [FileStorage(BytesIO(b"x"), "x.png"), 7, None, {"a": 1}])
def test_what_is_no_text_is_said_to_be_none(built_app, sent):
    form, valid = filled(built_app, {"line": sent})
    assert not valid
    assert form.line.data == ""
    assert form.fixes[0][0] == "line"


@given(typed=st.text("abc \n", min_size=51, max_size=90).filter(lambda t: len(t.strip()) > 50))
def test_too_much_is_told_to_the_letter_and_kept(built_app, typed):
    form, valid = filled(built_app, {"line": "x", "area": typed})
    over = len(typed.strip()) - 50
    assert not valid
    letters = "letter" if over == 1 else "letters"
    assert form.fixes == [("area", f"This is {over} {letters} too long. Please make it shorter.")]
    assert form.area.data == typed.strip()


@given(values=st.lists(st.sampled_from(["a", "b", "c", "", "A"]), max_size=4))
def test_only_answers_that_were_offered_count(built_app, values):
    form, valid = filled(built_app, [("line", "x"), *[("some", value) for value in values]])
    assert valid is (set(values) <= {"a", "b"})
    one, is_valid = filled(built_app, [("line", "x"), *[("one", value) for value in values[:1]]])
    assert is_valid is (values[:1] in ([], [""], ["a"], ["b"]))
    assert one.one.data in {None, "", *values}
    assert set(form.some.data or []) == set(values)


@given(typed=st.text("0123456789٠١٢٣٤٥٦٧٨٩ -.", max_size=12))
def test_digits_of_every_script_are_digits(built_app, typed):
    form, _valid = filled(built_app, {"digits": typed})
    assert form.digits.data.isascii()
    assert len(form.digits.data) == sum(c.isdigit() for c in typed)


def test_the_first_of_repeated_values_counts(built_app):
    form, _valid = filled(built_app, [("line", "first"), ("line", "second")])
    assert form.line.data == "first"
