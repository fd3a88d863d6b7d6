"""The alert behind the link in a text, for whoever opens it without signing in."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import session

from engage import clock
from engage.alerts.queries import ByCode, find_by_code
from engage.crypto import token_digest
from engage.i18n import current_locale, use_locale
from engage.people.access import ANONYMOUS
from engage.people.sessions import current_session
from engage.people.signin import current_viewer
from engage.web.errors import NotFound
from engage.web.limits import count, network


def found_or_404(code: str) -> ByCode:
    """Return what a code stands for; who guesses is slowed down. Raises NotFound."""
    found = find_by_code(ANONYMOUS, code, now=clock.now())
    if found is None:
        count("alert code", token_digest(network()), "30 per minute", fail_open=True)
        raise NotFound("alert")
    return found


@contextmanager
def in_their_language(found: ByCode) -> Iterator[None]:
    """Speak the language of whoever was texted, by the clock of their organisation.

    The language only unless they chose another here.
    """
    if current_viewer() is None:
        current_session().time_zone = found.person.organisation.time_zone
    locale = current_locale() if "lang" in session else str(found.person.locale)
    with use_locale(locale):
        yield
