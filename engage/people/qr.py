"""The QR code an authenticator app reads. Drawn on the page itself: no image to fetch."""

import io

from markupsafe import Markup


def totp_qr(address: str) -> Markup:
    """Return an SVG element with this otpauth address."""
    # Loaded when one is drawn: it brings Pillow, 4 MB, and few processes ever draw one.
    import qrcode
    from qrcode.image.svg import SvgPathImage

    image = qrcode.make(address, image_factory=SvgPathImage, border=4)
    with io.BytesIO() as file:
        image.save(file)
        drawn = file.getvalue().decode()
    # Made by the library from our own address; without the XML declaration it stands in HTML.
    return Markup(drawn[drawn.index("<svg") :])  # noqa: S704
