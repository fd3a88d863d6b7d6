"""Templates with the language built in say what a look-up on every request would say."""

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader

from engage import i18n
from tests.web import site

SPANISH = {
    "Hello": "Hola",
    "100%% sure": "100%% seguro",
    "Back": "Atrás",
    "Hello %(name)s": "Hola, %(name)s",
    "Bread & butter": "Pan y <b>mantequilla</b>",
}
TEMPLATES = {
    "frame.html": '{% import "piece.html" as piece %}<h1>{% block top %}{% endblock %}</h1>'
    "{{ piece.back() }}{{ piece.back(_('Hello')) }}",
    "piece.html": "{% macro back(words=None) %}<i>{{ words or _('Back') }}</i>{% endmacro %}",
    "page.html": '{% extends "frame.html" %}{% block top %}{{ _("Hello") }}, '
    "{% trans %}Bread & butter{% endtrans %}, {{ _('100%% sure') }}, "
    "{% trans name=name %}Hello {{ name }}{% endtrans %}, {{ _(chosen) }}"
    "{% set later = _('Hello') ~ '!' %} {{ later }} {{ [_('Hello')]|first|upper }}"
    '{% if name == _("Hello") %} never{% endif %}{% endblock %}',
}


class Catalogue:
    """Spanish of a few sentences; any other language is English."""

    def __init__(self, code: str) -> None:
        self.sentences = SPANISH if code == "es" else {}
        self.asked: list[str] = []

    def gettext(self, message: str) -> str:
        self.asked.append(message)
        return self.sentences.get(message, message)


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> dict[str, Catalogue]:
    books = {code: Catalogue(code) for code in i18n.LOCALES}
    monkeypatch.setattr(i18n, "catalogue", books.__getitem__)
    return books


@pytest.fixture
def app(books: dict[str, Catalogue]) -> Flask:
    app = site.build()
    app.jinja_env.loader = DictLoader(TEMPLATES)
    return app


def say(app: Flask, code: str, name: str = "Jo") -> str:
    with app.test_request_context("/"), i18n.use_locale(code):
        return render_template("page.html", name=name, chosen="Back")


def test_a_page_a_frame_and_a_piece_speak_the_language_in_use(app: Flask) -> None:
    english = "<h1>Hello, Bread & butter, 100% sure, Hello Jo, Back Hello! HELLO</h1>"
    spanish = "<h1>Hola, Pan y <b>mantequilla</b>, 100% seguro, Hola, Jo, Atrás Hola! HOLA</h1>"
    for _ in range(2):
        assert say(app, "en") == english + "<i>Back</i><i>Hello</i>"
        assert say(app, "es") == spanish + "<i>Atrás</i><i>Hola</i>"


def test_what_people_wrote_is_still_escaped(app: Flask) -> None:
    assert "Hola, &lt;b&gt;Jo" in say(app, "es", "<b>Jo")


def test_a_sentence_without_placeholders_is_looked_up_once(
    app: Flask, books: dict[str, Catalogue]
) -> None:
    say(app, "es")
    books["es"].asked.clear()
    say(app, "es", "Ade")
    assert set(books["es"].asked) == {"Hello %(name)s", "Back"}


def test_what_templates_may_call_can_be_added_later(app: Flask) -> None:
    say(app, "es")
    app.jinja_env.globals["later"] = lambda: "now"
    with app.test_request_context("/"):
        from flask import render_template_string

        assert render_template_string("{{ later() }}") == "now"
