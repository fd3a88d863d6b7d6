"""Every page's frame: what templates may call, and the wiring of all parts of `web`."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, has_request_context, request
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from engage import clock, i18n
from engage.config import Settings
from engage.i18n import gettext as _
from engage.web import (
    compression,
    error_pages,
    forms,
    headers,
    intake,
    language,
    limits,
    static,
    when,
)
from engage.web.environment import PageEnvironment

log = logging.getLogger(__name__)
KEY = "engage.web.frame"
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Helpline:
    """Somebody to call or text who is not us. `phone` and `text` are as dialled."""

    name: str
    phone: str = ""
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class NavigationLink:
    """One place in the header of somebody signed in."""

    href: str
    words: str


@dataclass(frozen=True)
class OpenNow:
    """Something closed that is open to the reader for a while; said on every page meanwhile."""

    id: UUID
    who: str
    until: datetime
    minutes: int


@dataclass
class Frame:
    """What pages need to know from the packages above; the app factory's parts fill it in."""

    neutral_name: Callable[[], str] = lambda: ""
    delayed_since: Callable[[], datetime | str | None] = lambda: None
    helplines: Callable[[], Sequence[Helpline]] = lambda: ()
    navigation: Callable[[], Sequence[NavigationLink]] = lambda: ()
    time_zone: Callable[[], str] = lambda: when.ZONE
    open_now: Callable[[], Sequence[OpenNow]] = lambda: ()
    is_for_adults: Callable[[], bool] = lambda: False
    # An English sentence as people say it where the reader is.
    own_words: Callable[[str], str] = str


def init_app(app: Flask, settings: Settings) -> None:
    """Wire every part of `web` into the app. Order matters: hosts first, then language."""
    app.extensions[KEY] = Frame()
    # Before the language, which reads the session: a forged host is told nothing.
    headers.init_app(app, settings)
    language.init_app(app)
    intake.init_app(app)
    limits.init_app(app, settings)
    _prepare_templates(app)
    forms.init_app(app)
    error_pages.init_app(app)
    compression.init_app(app)
    static.init_app(app)


def frame(app: Flask) -> Frame:
    """Return the app's frame, for a part above `web` to say how it is filled."""
    found: Frame = app.extensions[KEY]
    return found


def _prepare_templates(app: Flask) -> None:
    app.jinja_environment = PageEnvironment  # type: ignore[assignment]
    app.jinja_options = {**app.jinja_options, "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"]}
    app.jinja_loader = ChoiceLoader(
        [
            *([app.jinja_loader] if app.jinja_loader else []),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    jinja = app.jinja_env
    jinja.trim_blocks = True
    jinja.lstrip_blocks = True
    # Jinja fills the placeholders itself, so it gets the catalogue's bare sentences.
    jinja.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.sentence, i18n.counted_sentence, newstyle=True
    )
    for name in ("gettext", "ngettext"):
        fill: Any = jinja.globals[name]
        jinja.globals[name] = _keeping_directions(fill)
    jinja.filters["in_a_row"] = _in_a_row
    jinja.globals.update(
        asset=static.asset,
        style_sheet=static.style_sheet,
        icon=static.icon,
        page_locale=i18n.current_locale,
        page_dir=lambda: i18n.text_direction(i18n.current_locale()),
        languages=languages,
        neutral_name=neutral_name,
        delayed_since=delayed_since,
        helplines=helplines,
        navigation=navigation,
        open_now=open_now,
        is_for_adults=is_for_adults,
        is_current=is_current,
        clock_time=lambda instant: when.near_time(instant, clock.now(), time_zone()),
        when=time_in_words,
        near=near_time_in_words,
        plain_address=plain_address,
    )


def _in_a_row(words: Iterable[Any]) -> Markup:
    whole: Any = (i18n.stand_alone(escape(each)) for each in words)
    return Markup(i18n.comma()).join(whole)  # noqa: S704


def _keeping_directions(fill: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def filled(context: Context, *sentence: Any, **values: Any) -> str:
        if values and i18n.current_locale() in i18n.RIGHT_TO_LEFT:
            values = {name: i18n.stand_alone(value) for name, value in values.items()}
        return fill(context, *sentence, **values)

    return filled


def own_words(sentence: str) -> str:
    """Return an English sentence as people say it where the reader is.

    Texts and files made outside a request keep the words we began with.
    """
    if not has_request_context():
        return sentence
    return _ask(lambda: _frame().own_words(sentence), sentence)


def _ask(question: Callable[[], Answer], otherwise: Answer) -> Answer:
    # The frame stands when the database does not: error pages are drawn with it too.
    try:
        return question()
    except Exception as error:  # noqa: BLE001 - also shown when the database is gone
        log.error("layout: %s", type(error).__name__)
        return otherwise


def _frame() -> Frame:
    return frame(current_app)


def neutral_name() -> str:
    """Return the name in the header and the tab; it says nothing of care."""
    return _ask(_frame().neutral_name, "") or _("My page")


def delayed_since() -> str:
    """Return since when alerts are delayed, or nothing when they are not."""
    since = _ask(_frame().delayed_since, None)
    if not isinstance(since, datetime):
        return since or ""
    return when.near_time(since, clock.now(), time_zone())


def helplines() -> Sequence[Helpline]:
    """Return whom to call who is not us."""
    return _ask(_frame().helplines, ())


def navigation() -> Sequence[NavigationLink]:
    """Return the places of somebody signed in; nobody else has any."""
    return _ask(_frame().navigation, ())


def open_now() -> Sequence[OpenNow]:
    """Return what is open to the reader in an emergency, for the note on every page."""
    return _ask(_frame().open_now, ())


def is_for_adults() -> bool:
    """Say whether the reader is a carer or a worker who has signed in."""
    return _ask(_frame().is_for_adults, False)


def time_zone() -> str:
    """Return the zone in which this reader reads times."""
    return _ask(_frame().time_zone, when.ZONE)


def time_in_words(instant: datetime, pattern: str = "EEE d MMM HH:mm") -> Any:
    """Write an instant as a <time> element in the reader's zone and language."""
    return when.time_tag(instant, pattern, time_zone())


def near_time_in_words(instant: datetime) -> Any:
    """Write the time of day as a <time> element, with its day unless that is today."""
    return time_in_words(instant, when.near_pattern(instant, clock.now(), time_zone()))


def languages() -> list[tuple[str, str, str, str, bool]]:
    """Return code, own name, direction, address of this page, and whether it is in use."""
    here = i18n.current_locale()
    return [
        (code, name, i18n.text_direction(code), language.address_in(code), code == here)
        for code, name in i18n.LOCALES.items()
    ]


def is_current(href: str) -> bool:
    """Say whether this link leads to the page it stands on."""
    return has_request_context() and request.path == href


def plain_address() -> str:
    """Return our public host, as printed beside a QR code."""
    settings: Settings = current_app.extensions["engage"]
    return settings.public_host
