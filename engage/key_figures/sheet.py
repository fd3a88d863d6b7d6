"""The figures of a quarter as a table for a spreadsheet."""

import csv
import io

from engage.key_figures.labels import DEFINITIONS, FIGURES
from engage.key_figures.queries import QuarterPage
from engage.key_figures.rules import BENCHMARKS, Figure, as_cells
from engage.sheets import inert

HEADER = (
    "quarter", "figure", "name", "numerator", "denominator", "percent", "left_out", "benchmark",
    "definition",
)  # fmt: skip


def as_csv(page: QuarterPage) -> bytes:
    """Return one line a figure; what may not be shown is empty. It opens in any language."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER)
    writer.writeheader()
    for figure in Figure:
        benchmark = BENCHMARKS.get(figure)
        cells = {
            "quarter": str(page.quarter),
            **as_cells(page.figures[figure]),
            "name": str(FIGURES[figure]),
            "benchmark": f"{benchmark.percent} {benchmark.whose}" if benchmark else "",
            "definition": str(DEFINITIONS[figure]),
        }
        writer.writerow({name: inert(cells[name]) for name in HEADER})
    # The mark tells spreadsheets that it is UTF-8.
    return out.getvalue().encode("utf-8-sig")
