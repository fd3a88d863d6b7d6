"""What can go wrong, in words that need no web: raised below the views, shown as pages above."""


class NotFound(Exception):
    """There is no such thing, or it is not this viewer's to see. Both look the same (404)."""


class Changed(Exception):
    """Somebody else changed it first; what was sent does not fit any more (409)."""


class NotStored(Exception):
    """It could not be stored now; trying again later may help (503)."""


class TooMany(Exception):
    """Too many tries in a short time (429). `wait` is in seconds."""

    def __init__(self, wait: int = 60):
        super().__init__(f"Try again in {wait} seconds.")
        self.wait = wait
