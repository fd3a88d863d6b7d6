"""Which language a page speaks: what was asked for, kept, or preferred by the phone."""

from urllib.parse import urlencode

from flask import Flask, request, session
from werkzeug.datastructures import LanguageAccept

from engage import i18n
from engage.web.programs import for_programs

KEPT = "lang"


def init_app(app: Flask) -> None:
    """Choose the language before anything else is done with a request."""
    app.before_request(begin)
    app.before_request(choose)


@for_programs
def begin() -> None:
    """Forget the language of whoever asked before, which a thread keeps."""
    i18n.set_locale(i18n.DEFAULT)


def choose() -> None:
    """Use `?lang=` and keep it, else what was kept, else the phone's own language."""
    asked = request.args.get("lang", "")
    if asked in i18n.LOCALES:
        if session.get(KEPT) != asked:
            session[KEPT] = asked
        i18n.set_locale(asked)
        return
    kept = session.get(KEPT)
    if kept in i18n.LOCALES:
        i18n.set_locale(kept)
        return
    i18n.set_locale(preferred(request.accept_languages))


def keep(code: str) -> None:
    """Speak this language from now on, as the person signed in has chosen it."""
    if code in i18n.LOCALES:
        session[KEPT] = code
        i18n.set_locale(code)


def preferred(accepted: LanguageAccept) -> str:
    """Return the first language of the phone that we speak, or English."""
    for wanted, _quality in accepted:
        code = str(wanted).replace("_", "-").split("-")[0].lower()
        if code in i18n.LOCALES:
            return code
    return i18n.DEFAULT


def address_in(code: str) -> str:
    """Return the address of this page in another language; a sent form goes to the start page.

    It is relative: an answer that repeats no path cannot say which pages exist.
    """
    if request.method not in {"GET", "HEAD"}:
        return f"/?{KEPT}={code}"
    if not request.args:
        return f"?{KEPT}={code}"
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != KEPT]
    return "?" + urlencode([*kept, (KEPT, code)])
