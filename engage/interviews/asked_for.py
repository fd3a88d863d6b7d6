"""Which page of a list somebody asked for."""

from uuid import UUID

from flask import request

from engage.web.errors import NotFound


def page_after(name: str = "after") -> UUID | None:
    """Return after which row the page begins that was asked for; None: the first.

    Raises NotFound for an address that no page of ours leads to.
    """
    typed = request.args.get(name, "")
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise NotFound("page") from None
