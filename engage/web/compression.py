"""Smaller pages for slow phones, without letting anybody read secrets off their length.

Compression leaks (BREACH) when a page holds a secret beside words an attacker chose and can vary.
So only answers to a plain GET are compressed: nothing of the request is on them. A form shown
again with what was typed, and any page asked for with a query, stays as it is. The session cookie
is SameSite=Lax and forms are refused from elsewhere, so an attacker cannot even ask.
"""

import zlib

from flask import Flask, Response, request

WORTH_IT = 600  # bytes; below that the packet is no smaller
HARMLESS = {"lang"}
LEVEL = 5


def init_app(app: Flask) -> None:
    """Compress pages where that is safe."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Gzip a page that says nothing of the request, for a browser that reads gzip."""
    if response.mimetype != "text/html":
        return response
    response.vary.add("Accept-Encoding")
    if not _may_compress(response):
        return response
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    response.set_data(packer.compress(response.get_data()) + packer.flush())
    response.headers["Content-Encoding"] = "gzip"
    return response


def _may_compress(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and set(request.args) <= HARMLESS
        and not response.direct_passthrough
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and (response.content_length or 0) >= WORTH_IT
    )
