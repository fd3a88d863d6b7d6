"""What a searcher finds behind their own link: no more than they need, and only while it helps."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engage.db import db
from engage.efforts.models import Searcher, SearcherLine
from engage.efforts.rules import Looked, MayKnow, SearcherState
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT
from engage.people.access import Object, Verb, Viewer, require
from engage.people.links import normalise
from engage.people.models import Link, Person, YoungPerson
from engage.web.errors import NotFound

LAST = 4


@dataclass(frozen=True)
class Look:
    """One searcher's link: what they are asked, and what they answered last."""

    link: Link
    searcher: Searcher
    # They still look: not stopped, and nobody is back.
    is_open: bool
    said: Looked | None
    # In which language they are asked; None: nobody knows.
    locale: str | None
    # Whom it is about, if they may know that somebody is not back.
    name: str | None

    @property
    def has_phone(self) -> bool:
        """Say whether the end of a number can show that it is them."""
        return len(_digits(self.searcher.phone or "")) >= LAST


def get_look(viewer: Viewer, link: Link | None, *, now: datetime) -> Look:
    """Return what stands behind a searcher's link. NotFound for one unknown, old or closed."""
    searcher = db.session.get(Searcher, link.object_id) if link and link.object_id else None
    if link is None or searcher is None:
        raise NotFound("link")
    episode = db.session.get_one(Episode, searcher.episode_id)
    require(viewer, Verb.READ, Object.SEARCH_LINK, episode.young_person_id, now=now)
    said = db.session.scalar(
        select(SearcherLine.looked)
        .where(SearcherLine.searcher_id == searcher.id, SearcherLine.looked.is_not(None))
        .order_by(SearcherLine.number.desc())
        .limit(1)
    )
    person = db.session.get(Person, searcher.person_id) if searcher.person_id else None
    young_person = db.session.get_one(YoungPerson, episode.young_person_id)
    return Look(
        link,
        searcher,
        searcher.state != SearcherState.STOPPED and episode.state in STILL_OUT,
        Looked(said) if said else None,
        str(person.locale) if person is not None else None,
        str(young_person.name) if MayKnow.NOT_BACK.value in searcher.may_know else None,
    )


def is_theirs(viewer: Viewer, look: Look, typed: str) -> bool:
    """Say whether somebody knows the end of the number that was asked."""
    own, given = _digits(look.searcher.phone or "")[-LAST:], _digits(typed)[-LAST:]
    return len(own) == LAST and hmac.compare_digest(given.encode(), own.encode())


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, normalise(text)))
