"""Files for other systems, made beside the clocks."""

from datetime import datetime

from engage import clock
from engage.config import Settings
from engage.db import db, transaction
from engage.exports.actions import claim
from engage.messaging.provider import Provider


def make_exports(settings: Settings, provider: Provider, now: datetime) -> None:
    """Make the files that were asked for, one after the other; what stopped begins anew."""
    while True:
        with transaction(db.session):
            export_id = claim(now=now)
        if export_id is None:
            return
        # A worker that makes no file needs not load all that a case file is made of.
        from engage.exports.making import maker_of

        with transaction(db.session):
            maker = maker_of(export_id, now=now)
        # Each step is its own transaction: nobody waits for a long file, and all see how far it is.
        more = True
        while more:
            with transaction(db.session):
                more = maker.step(now=clock.now())
