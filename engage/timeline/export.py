"""A timeline as a file for other systems: what its reader may know, and nothing more."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from engage.sheets import inert
from engage.timeline.queries import Happening, Timeline

HEADER = ("at", "at_local", "kind", "what", "detail", "by", "words", "noted_at")
Say = Callable[[Happening], str]


def rows(
    found: Timeline, zone: str, heading: Say, detail: Say, words: Say
) -> Iterator[dict[str, str]]:
    """Yield one row for each line, times in UTC and in the reader's zone."""
    for one in found.happenings:
        yield {
            "at": one.line.at.isoformat(timespec="seconds"),
            "at_local": one.line.at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"),
            "kind": str(one.group),
            "what": heading(one),
            "detail": "" if found.is_own else detail(one),
            "by": one.by,
            "words": " ".join(filter(None, (words(one), one.more))),
            "noted_at": one.noted_at.isoformat(timespec="seconds") if one.noted_at else "",
        }


def as_csv(found: list[dict[str, str]]) -> bytes:
    """Return rows as CSV that a spreadsheet opens in any language and never runs."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER)
    writer.writeheader()
    for row in found:
        writer.writerow({name: inert(cell) for name, cell in row.items()})
    # The mark tells spreadsheets that it is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def as_json(found: list[dict[str, str]], young_person: str, made_at: datetime) -> bytes:
    """Return rows as one JSON object."""
    whole = {
        "young_person_id": young_person,
        "made_at": made_at.isoformat(timespec="seconds"),
        "count": len(found),
        "entries": found,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
