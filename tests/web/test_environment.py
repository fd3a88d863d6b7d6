"""Templates with the language built in say what a look-up on every request would say."""

from pathlib import Path

import pytest
from flask import Flask, render_template
from jinja2 import DictLoader, FileSystemLoader

from engage import i18n
from engage.web.environment import PageEnvironment, keep_compiled
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


def kept(folder: Path) -> Flask:
    """Make an app anew, as another process would, which keeps what it compiles beside its pages."""
    app = site.build()
    app.jinja_env.loader = FileSystemLoader(folder)
    keep_compiled(app, str(folder))
    return app


@pytest.fixture
def pages(tmp_path: Path, books: dict[str, Catalogue]) -> Path:
    for name, source in TEMPLATES.items():
        (tmp_path / name).write_text(source)
    return tmp_path


def test_what_one_process_compiled_another_need_not(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [say(kept(pages), code) for code in ("en", "es")]
    monkeypatch.delattr(PageEnvironment, "_parse")
    monkeypatch.setattr(PageEnvironment, "compile", None)
    another = kept(pages)
    assert [say(another, code) for code in ("en", "es")] == said


def test_a_page_is_compiled_again_when_it_or_its_words_have_changed(
    pages: Path, books: dict[str, Catalogue], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Hola" in say(kept(pages), "es")
    books["es"].sentences = SPANISH | {"Hello": "Buenas"}
    assert "Hola" in say(kept(pages), "es"), "the same catalogue: what was kept"
    monkeypatch.setattr(i18n, "wording", lambda code: f"{code} with another catalogue")
    assert "Buenas" in say(kept(pages), "es")
    (pages / "piece.html").write_text("{% macro back(words=None) %}new{% endmacro %}")
    assert "new" in say(kept(pages), "es")


def test_a_catalogue_and_the_terms_of_places_are_part_of_what_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {code: i18n.wording(code) for code in i18n.LOCALES}
    assert len(set(before.values())) == len(i18n.LOCALES)
    monkeypatch.setattr(i18n, "_terms", ["another word for a carer"])
    assert all(i18n.wording(code) != before[code] for code in i18n.LOCALES)


def test_a_spoilt_or_missing_folder_costs_nobody_a_page(pages: Path) -> None:
    said = say(kept(pages), "en")
    for each in pages.glob("__jinja2_*"):
        each.write_bytes(each.read_bytes()[:10] + b"spoilt")
    assert say(kept(pages), "en") == said
    for each in pages.glob("__jinja2_*"):
        each.write_bytes(b"")
    assert say(kept(pages), "en") == said
    app = kept(pages)
    keep_compiled(app, str(pages / "nowhere"))
    assert say(app, "en") == said
