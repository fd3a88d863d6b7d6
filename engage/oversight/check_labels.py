"""The words for checking the register."""

from engage.i18n import gettext
from engage.i18n import lazy_gettext as _
from engage.oversight.check_models import Whose
from engage.sheets import Fault, Problem

WHOSE = {
    Whose.POLICE: _("The police"),
    Whose.NCMEC: _("The national centre (NCMEC)"),
    Whose.OTHER: _("Somebody else"),
}
COLUMNS = {
    "name": _("name"),
    "first_name": _("first name"),
    "last_name": _("last name"),
    "birth_date": _("date of birth"),
    "since": _("missing since"),
}
CELLS = {
    "birth_date": _("Write the date like 2010-12-31."),
    "since": _("Write the time like 2026-11-22 21:30, or only the day."),
}
NOT_A_NAME = _("This is not a name.")
FAULTS = {
    Fault.CELL: NOT_A_NAME,
    Fault.EMPTY: _("The name is missing."),
    Fault.SAME: _("The same person stands in an earlier line."),
    Fault.NO_COLUMN: _("This column is missing."),
    Fault.UNKNOWN_COLUMN: _("We do not know this column."),
    Fault.COLUMN_TWICE: _("There are two columns for this. Take one out."),
    Fault.TOO_MANY_CELLS: _("This line has more parts than there are headings."),
    Fault.TOO_MANY_LINES: _("The list is too long. Send it in parts."),
    Fault.NO_LINES: _("There are no lines below the headings."),
    Fault.NOT_CSV: _("This cannot be read as a table. Look for a stray quotation mark."),
    Fault.NOT_TEXT: _("This is not text. Save it as a table (CSV) and send it again."),
}


def problem(one: Problem) -> str:
    """Say in a sentence where something is wrong, and what."""
    words = CELLS.get(one.column, NOT_A_NAME) if one.fault is Fault.CELL else FAULTS[one.fault]
    column = COLUMNS.get(one.column)
    if column is None:
        return gettext("Line %(line)s: %(words)s", line=one.line, words=words)
    return gettext(
        "Line %(line)s, %(column)s: %(words)s", line=one.line, column=column, words=words
    )
