"""Mail addresses of staff: found by blind index, kept sealed."""

from engage.crypto import blind_index


def email_index(email: str) -> str:
    """Return the blind index under which an address is found; case and spaces do not matter."""
    return blind_index("email", email.strip().casefold())
