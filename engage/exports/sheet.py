"""Lines as CSV."""

import csv
import io
from collections.abc import Sequence

from engage.sheets import inert


def as_csv(lines: Sequence[Sequence[str]]) -> str:
    """Return lines as CSV that no spreadsheet runs."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([inert(cell) for cell in row] for row in lines)
    return out.getvalue()
