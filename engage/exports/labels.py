"""The words of exports."""

from engage.exports.rules import ExportKind, ExportState, Lacking, Sort, Year
from engage.i18n import lazy_gettext as _

KINDS = {
    ExportKind.SSDA903_MISSING: _("SSDA903, Missing"),
    ExportKind.SSDA903_HEADER: _("SSDA903, Header"),
    ExportKind.SSD_MISSING: _("Standard safeguarding dataset, missing"),
    ExportKind.CASE_FILE: _("Case file"),
}
# Names that say nothing of anybody: they stay in the list of downloads.
FILES = {
    ExportKind.SSDA903_MISSING: "Missing.csv",
    ExportKind.SSDA903_HEADER: "Header.csv",
    ExportKind.SSD_MISSING: "ssd_missing.csv",
    ExportKind.CASE_FILE: "case-file",
}
FETCH = {
    Sort.CSV: _("Fetch the file"),
    Sort.PDF: _("Fetch the PDF"),
    Sort.JSON: _("Fetch the data (JSON)"),
}
TYPES = {
    Sort.CSV: "text/csv; charset=utf-8",
    Sort.JSON: "application/json",
    Sort.PDF: "application/pdf",
}
STATES = {
    ExportState.WAITING: _("Waits for a second person"),
    ExportState.QUEUED: _("Is made soon"),
    ExportState.RUNNING: _("Is being made"),
    ExportState.READY: _("Ready for a day"),
    ExportState.REFUSED: _("A second person said no"),
    ExportState.FAILED: _("Could not be made. Ask for it again."),
    ExportState.GONE: _("Its day is over. Ask for it again."),
}
LACKING = {
    Lacking.REFERENCE: _("Without a reference"),
    Lacking.BIRTH_DATE: _("Without a birth date"),
    Lacking.CARE_BEGAN: _("Without the day on which care began"),
}
YEAR = _("April %(before)d to March %(year)d")


def year(asked: Year) -> str:
    """Return a year of the return in words."""
    return str(YEAR) % {"before": asked.number - 1, "year": asked.number}


def file_name(kind: ExportKind, sort: Sort) -> str:
    """Return the name of a file; a case file is two, which differ by their ending."""
    return f"{FILES[kind]}.{sort}" if kind is ExportKind.CASE_FILE else FILES[kind]
