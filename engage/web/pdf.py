"""Making a PDF on the server from a page of ours. Nothing else in Engage talks to WeasyPrint.

WeasyPrint comes with the extra `pdf` and needs Pango from the system. Where either is missing
people print from their browser, and the page says so.
"""

import functools
import logging
import re
import threading
from collections.abc import Mapping
from typing import Any

from engage.web import static

log = logging.getLogger(__name__)
FACE = re.compile(r"fonts/[a-z]+(?:-sans)?-(latin|latin-ext|arabic)-(400|700)-normal\.woff2")
# One at a time in a process: a page takes half a second of a core and 80 MB.
_turn = threading.Lock()


class NoPdf(Exception):
    """This machine cannot make PDFs: the extra `pdf` or Pango is not installed."""


class AsksOutside(Exception):
    """The page names something that is not one of our own built files. It is not made."""


@functools.cache
def can_make_pdf() -> bool:
    """Say whether the extra and the libraries it needs are on this machine."""
    try:
        _weasyprint()
    except NoPdf:
        return False
    return True


def make_pdf(html: str, sheet: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return a page as a PDF, drawn with our own fonts and one style sheet of `assets/`.

    `pictures` maps a name to a JPEG of ours; the page shows it as `engage:<name>`. Nothing else
    is fetched but those built files, whatever stands in the page. Raises NoPdf, and AsksOutside.
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError

    with _turn:
        fetcher = _our_files(pictures or {})
        fonts = weasyprint.text.fonts.FontConfiguration()
        sheets = [
            weasyprint.CSS(string=css, font_config=fonts, url_fetcher=fetcher)
            for css in (_font_faces(), (static.DIST / static.manifest()[sheet]).read_text())
        ]
        page = weasyprint.HTML(string=html, url_fetcher=fetcher)
        try:
            drawn: bytes = page.write_pdf(stylesheets=sheets, font_config=fonts, pdf_tags=True)
        except FatalURLFetchingError:
            # The library's own stops more than this request.
            raise AsksOutside from None
    return drawn


@functools.cache
def _weasyprint() -> Any:
    # What it says of a page could repeat what stands there.
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        log.warning("pdf: not available: %s", type(error).__name__)
        raise NoPdf from error
    return weasyprint


@functools.cache
def _font_faces() -> str:
    """Return one rule for each built font. Families differ by script, so that each letter is
    looked for in all of them.
    """
    rules = []
    for name, file in sorted(static.manifest().items()):
        if found := FACE.fullmatch(name):
            rules.append(
                f'@font-face {{ font-family: "print {found[1]}"; font-weight: {found[2]};'
                f' src: url("engage:{file}") }}'
            )
    return "\n".join(rules)


def _our_files(pictures: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OurFiles(URLFetcher):
        """Hands over built files of ours and nothing from any network or disk."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """Return a built file, or stop the whole page."""
            name = url.removeprefix("engage:")
            if url.startswith("engage:") and name in pictures:
                return URLFetcherResponse(url, pictures[name], {"Content-Type": "image/jpeg"})
            if not url.startswith("engage:") or name not in static.manifest().values():
                raise FatalURLFetchingError("Only our own files.")
            return URLFetcherResponse(url, (static.DIST / name).read_bytes())

    return OurFiles()
