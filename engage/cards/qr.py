"""The card's QR code, drawn as SVG at print size."""

import functools
import re

from markupsafe import Markup

QUIET_ZONE = 4  # modules on each side. Source: ISO/IEC 18004
MODULE_MM = 1.0  # a code of 37 modules prints at 45 mm: readable at arm's length


@functools.lru_cache(maxsize=256)
def svg(content: str) -> bytes:
    """Draw a QR code that still reads with a quarter of it worn away (level Q)."""
    # Loaded when a card is drawn: few web processes ever draw one.
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.image.svg import SvgPathFillImage
    from qrcode.main import QRCode

    code = QRCode(
        error_correction=ERROR_CORRECT_Q,
        border=QUIET_ZONE,
        box_size=MODULE_MM * 10,
        # On white of its own: dark pages would swallow the code.
        image_factory=SvgPathFillImage,
    )
    code.add_data(content)
    code.make(fit=True)
    drawn: bytes = code.make_image().to_string(encoding="utf-8")
    return drawn


def drawing(content: str) -> Markup:
    """Return the same code as an element of a page: for a PDF, which fetches nothing."""
    drawn = svg(content).decode()
    # Without a size of its own it fills what the style sheet gives it.
    drawn = re.sub(r' (width|height)="[\d.]+mm"', "", drawn, count=2)
    # Made by the library from our own address; without the XML declaration it stands in HTML.
    return Markup(drawn[drawn.index("<svg") :])  # noqa: S704
