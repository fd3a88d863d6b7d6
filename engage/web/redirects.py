"""Where a page may send somebody next: only to a path of our own."""

from urllib.parse import urlsplit


def is_own_path(url: str) -> bool:
    """Say whether a browser would stay on our origin when it follows this."""
    # Browsers drop tabs and newlines, read \ as /, and take //host for another site.
    if not url.startswith("/") or url.startswith("//") or "\\" in url:
        return False
    if any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def safe_next(url: str | None, default: str = "/") -> str:
    """Return `url` if it is a path of our own, else `default`."""
    return url if url and is_own_path(url) else default
