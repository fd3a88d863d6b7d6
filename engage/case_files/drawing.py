"""The case file as data, in pieces, and as one PDF."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engage.case_files.labels import CHAPTERS
from engage.case_files.rules import Written, as_data, count
from engage.i18n import current_locale, render_text, text_direction
from engage.paper.pages import direction_of
from engage.web.paper_sizes import is_letter
from engage.web.pdf import make_pdf
from engage.web.when import local_words


def opening(young_person_id: UUID, *, now: datetime) -> str:
    """Return the first piece of the data: about whom, made when, in which language."""
    head = {
        "young_person_id": str(young_person_id),
        "made_at": now.isoformat(timespec="seconds"),
        "language": current_locale(),
    }
    return json.dumps(head)[:-1] + ', "parts": {'


def chapter(written: Written, *, is_first: bool) -> str:
    """Return one chapter as a piece of the data."""
    name, data = json.dumps(written.chapter), json.dumps(as_data(written), ensure_ascii=False)
    return f"{'' if is_first else ','}\n{name}: {data}"


def ending(chapters: Sequence[Written]) -> str:
    """Return the last piece of the data: how many entries, and whether something is left out."""
    left_out = json.dumps(any(each.is_cut for each in chapters))
    return f'}},\n"count": {count(chapters)}, "left_out": {left_out}}}\n'


def draw(chapters: Sequence[Written], reader: str, *, now: datetime, region: str) -> bytes:
    """Return the PDF in the language in use. Raises NoPdf where this machine cannot."""
    code = current_locale()
    return make_pdf(as_html(chapters, reader, code, now=now, region=region), "print.css")


def as_html(
    chapters: Sequence[Written], reader: str, code: str, *, now: datetime, region: str
) -> str:
    """Return the page that becomes the PDF. `reader` is the name of whoever may open all of it."""
    way = text_direction(code)
    return render_text(
        "case_files/file.html",
        code,
        chapters=chapters,
        titles=CHAPTERS,
        reader=reader,
        day=local_words(now, "d MMMM y"),
        code=code,
        way=way,
        letter=is_letter(region),
        way_of=lambda words: direction_of(words, way),
    )
