"""Reaching out: naming who leads it, sending kind words, asking others, noting what was tried."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.alerts.rules import initials
from engage.audit.actions import record
from engage.conversations.actions import write_text
from engage.conversations.queries import names_and_places
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.episodes.owner_queries import possible_owners
from engage.episodes.rules import EpisodeState
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.messaging.wording_rules import flaws_of
from engage.outreach.models import (
    AskAnswer,
    Channel,
    Outcome,
    OutreachAsk,
    OutreachLead,
    OutreachTry,
)
from engage.outreach.queries import current_lead, get_episode, teammates
from engage.outreach.rules import Flag, asks_for_secrets, flags_of
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Link, LinkKind, Person, PersonKind, YoungPerson
from engage.web.errors import NotFound

LINK_LASTS = timedelta(days=7)
A_TEXT_LASTS = timedelta(hours=12)
LONGEST_AGO = timedelta(days=60)


class Unkind(Exception):
    """The words blame, threaten or talk down; a person reads why before it goes."""

    def __init__(self, flags: list[Flag]):
        super().__init__("unkind words")
        self.flags = flags


class NoSecrets(Exception):
    """The note speaks of a password or of somebody else's account; it is not kept."""


class BadTime(Exception):
    """It has not happened yet, or is too long ago."""


def name_lead(viewer: Viewer, episode_id: UUID, person_id: UUID, *, now: datetime) -> bool:
    """Name who leads the outreach; who led before stays in the list. False if they do already.

    Raises NotFound for somebody who may not lead it.
    """
    episode = _changeable(viewer, episode_id, now)
    if person_id not in possible_owners(viewer, episode.young_person_id, now=now):
        raise NotFound("person")
    before = current_lead(viewer, episode, now=now)
    if before.person_id == person_id and not before.by_rule:
        return False
    row = db.session.scalar(
        select(OutreachLead).where(
            OutreachLead.episode_id == episode_id, OutreachLead.ended_at.is_(None)
        )
    )
    if row is None:
        # Whoever led by rule until now is kept too.
        row = OutreachLead(episode_id=episode_id, person_id=before.person_id, since=before.since)
        db.session.add(row)
    row.ended_at = now
    db.session.flush()
    db.session.add(
        OutreachLead(
            episode_id=episode_id, person_id=person_id, since=now, named_by_id=viewer.person_id
        )
    )
    _record("outreach:lead_named", viewer, episode, now, person_id)
    return True


def send_text(
    viewer: Viewer,
    episode_id: UUID,
    words: str,
    *,
    key: str,
    has_read: bool = False,
    reason: str = "",
    in_the_morning: bool = False,
    now: datetime,
) -> UUID | None:
    """Text a young person, once a day unless there is a reason; see `write_text`.

    Raises Unkind while nobody has read (`has_read`) why the words may hurt. What may never
    stand in a text is refused first, read or not.
    """
    episode = get_episode(viewer, episode_id, now=now)
    person = db.session.get_one(YoungPerson, episode.young_person_id)
    names, places = names_and_places(viewer, person.id, now=now)
    flags = flags_of(words, locale=person.locale)
    is_refused = flaws_of(words, locale=person.locale, names=names, places=places)
    if flags and not is_refused and not has_read:
        raise Unkind(flags)
    sent = write_text(
        viewer, person.id, words, key=key, reason=reason, in_the_morning=in_the_morning, now=now
    )
    if sent is not None and flags:
        _record("outreach:sent_after_reading", viewer, episode, now, sent)
    return sent


def note_try(
    viewer: Viewer,
    episode_id: UUID,
    channel: Channel,
    outcome: Outcome,
    *,
    at: datetime,
    key: str,
    words: str = "",
    account: str = "",
    now: datetime,
) -> bool:
    """Note one call, message, visit or look. False if this very form was sent before.

    Raises NoSecrets for notes that speak of a password, BadTime for a time that cannot be.
    """
    episode = get_episode(viewer, episode_id, now=now)
    require(viewer, Verb.CREATE, Object.OUTREACH, episode.young_person_id, now=now)
    if asks_for_secrets(f"{words} {account}"):
        raise NoSecrets
    if at > now or at < now - LONGEST_AGO:
        raise BadTime
    begin_write(db.session)
    known = select(OutreachTry.id).where(
        OutreachTry.episode_id == episode_id, OutreachTry.key == key
    )
    if db.session.execute(known).first() is not None:
        return False
    assert viewer.person_id is not None
    one = OutreachTry(
        episode_id=episode_id,
        young_person_id=episode.young_person_id,
        by_id=viewer.person_id,
        at=at,
        recorded_at=now,
        channel=channel,
        outcome=outcome,
        key=key,
    )
    one.words, one.account = words.strip() or None, account.strip() or None
    db.session.add(one)
    _record("outreach:tried", viewer, episode, now, one.id, str(channel))
    return True


def ask_to_reach_out(
    viewer: Viewer, episode_id: UUID, person_id: UUID, *, address: str, now: datetime
) -> bool:
    """Ask somebody of the team by a neutral text to get in touch; False if asked a while ago.

    Raises NotFound for anybody who is not of the team, or not to be asked.
    """
    episode = _changeable(viewer, episode_id, now)
    mates = {one.id: one for one in teammates(viewer, episode, now=now)}
    if person_id not in mates:
        raise NotFound("person")
    if mates[person_id].asked_at is not None:
        return False
    assert viewer.person_id is not None
    ask = OutreachAsk(
        episode_id=episode_id,
        young_person_id=episode.young_person_id,
        person_id=person_id,
        asked_by_id=viewer.person_id,
        asked_at=now,
    )
    db.session.add(ask)
    db.session.flush()
    code = links.issue(
        LinkKind.OUTREACH,
        young_person_id=episode.young_person_id,
        person_id=person_id,
        subject_id=ask.id,
        expires_at=now + LINK_LASTS,
        now=now,
    )
    _text(episode, ask, code, address, now)
    _record("outreach:asked", viewer, episode, now, ask.id)
    return True


def _text(episode: Episode, ask: OutreachAsk, code: str, address: str, now: datetime) -> None:
    person = db.session.get_one(Person, ask.person_id)
    params = {"link": f"{address.rstrip('/')}/o/{code}"}
    is_trusted = person.kind == PersonKind.TRUSTED_PERSON
    if not is_trusted:
        young_person = db.session.get_one(YoungPerson, episode.young_person_id)
        params["who"] = initials(str(young_person.name))
    queue(
        "trusted_outreach" if is_trusted else "alert_outreach",
        to=person,
        # Nobody of the three is woken for it: it waits for the morning.
        klass=Klass.OTHER if is_trusted else Klass.STAFF,
        now=now,
        params=params,
        dedupe_key=f"outreach:{ask.id}",
        about=episode.young_person_id,
        not_after=now + A_TEXT_LASTS,
        object_kind="outreach_ask",
        object_id=ask.id,
    )


def answer_ask(link: Link, answer: AskAnswer, words: str, *, now: datetime) -> bool:
    """Keep what somebody answers who was asked; the last answer counts. Raises NoSecrets.

    The caller has opened their link.
    """
    ask = db.session.get(OutreachAsk, link.object_id, with_for_update=True)
    if ask is None or ask.person_id != link.person_id:
        raise NotFound("link")
    if asks_for_secrets(words):
        raise NoSecrets
    ask.answer, ask.answered_at = answer, now
    if words.strip():
        ask.words = words.strip()
    viewer = Viewer(
        person_id=link.person_id, area="link", link_id=link.id, link_kind=LinkKind.OUTREACH
    )
    episode = db.session.get_one(Episode, ask.episode_id)
    _record("outreach:answered", viewer, episode, now, ask.id, str(answer))
    return True


def _changeable(viewer: Viewer, episode_id: UUID, now: datetime) -> Episode:
    begin_write(db.session)
    episode = db.session.get(Episode, episode_id, with_for_update=True)
    if episode is None or episode.state == EpisodeState.CLOSED:
        raise NotFound("episode")
    require(viewer, Verb.EDIT, Object.OUTREACH, episode.young_person_id, now=now)
    return episode


def _record(
    verb: str,
    viewer: Viewer,
    episode: Episode,
    now: datetime,
    object_id: UUID | None,
    reason: str | None = None,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="outreach",
        object_id=object_id,
        reason=reason,
    )
