"""What the pages of check-ins accept."""

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

from engage.checkins.board_actions import ANSWERS
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import KINDS, LONGEST_NOTE, LONGEST_PLACE, Tap
from engage.i18n import current_locale
from engage.i18n import lazy_gettext as _
from engage.web.fields import showable
from engage.web.forms import Form, TextField

LONGEST_CODE = 100
KEY_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,36}")


class CodeForm(Form):
    """The typed code of a card."""

    code = TextField(
        _("The code on your card"), limit=LONGEST_CODE, needed=_("Write the code on your card.")
    )


def new_key() -> str:
    """Make the hidden key that makes pressing twice count once."""
    return uuid4().hex


def read_tap(sent: Mapping[str, str]) -> Tap | None:
    """Read what was pressed and written; None when nothing was.

    A signal is never refused for its form: words that are too long are cut, signs that nobody
    can read are dropped, and a missing key is made up.
    """
    note = showable(sent.get("note", "")).strip()[:LONGEST_NOTE]
    place = " ".join(showable(sent.get("place", "")).split())[:LONGEST_PLACE]
    kind = KINDS.get(sent.get("kind", ""), Kind.FREE)
    if kind is Kind.FREE and not note and not place:
        return None
    key = sent.get("key", "")
    return Tap(
        kind=kind,
        key=key if KEY_SHAPE.fullmatch(key) else new_key(),
        note=note,
        place=place,
        locale=current_locale(),
    )


def read_answer(value: str | None) -> str | None:
    """Return the chosen neutral sentence if it is one of ours."""
    return value if value in ANSWERS else None


def read_id(value: str | None) -> UUID | None:
    """Return the chosen person's id if it is one."""
    try:
        return UUID(value or "")
    except ValueError:
        return None
