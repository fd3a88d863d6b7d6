"""An evening on which a lot happened around Maya."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from engage.checkins.models import CheckIn
from engage.db import db
from engage.episodes import actions
from engage.episodes.models import Episode
from engage.episodes.rules import Event, Source, Stage
from engage.messaging.models import InboundMessage, Message
from engage.people.circumstance_actions import note_danger
from engage.people.models import ShareGrant
from engage.people.rules import Level, Purpose
from engage.worries import actions as worries
from engage.worries.models import Attempt, Outcome
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import HOUR, S, become, clocks, opened, seen_as

WORDS = "at the bus station, all good"
REASON = "Nan Ruth called us"
MINUTE = timedelta(minutes=1)


def said(cast: Cast, words: str = WORDS, *, at=NOW + 20 * MINUTE, whom: UUID | None = None) -> None:
    """Let a young person text."""
    whom = whom or cast.maya
    text = InboundMessage(
        provider="console", provider_sid=uuid4().hex, phone_index="x" * 32,
        to_number="+447700900000", received_at=at, source="console", person_id=whom,
    )  # fmt: skip
    text.body, text.from_number = words, "+447700900101"
    db.session.add(text)
    db.session.flush()
    db.session.add(
        CheckIn(
            idempotency_key=f"k{at.isoformat()}{whom}",
            organisation_id=cast.organisation,
            young_person_id=whom,
            kind="ok",
            belief=1,
            sent_by="text",
            inbound_id=text.id,
            locale="en",
            received_at=at,
        )
    )


def texted(cast: Cast, body: str = "Got it, thanks.", *, at=NOW + 21 * MINUTE) -> None:
    """Let us text Maya."""
    message = Message(
        dedupe_key=f"out-{at.isoformat()}", klass="Y", template="reply_neutral",
        person_id=cast.maya, young_person_id=cast.maya, created_at=at, not_before=at,
        not_after=at + HOUR, state="delivered",
    )  # fmt: skip
    message.body = body
    db.session.add(message)


def reported(cast: Cast, episode: Episode, name: str, at: datetime, reason: str) -> None:
    """Let a duty be done; what evidence it takes is another test's."""
    clock = clocks(episode)[name]
    clock.stage, clock.done_at, clock.done_by_id = Stage.DONE, at, cast.sam
    clock.reason, clock.next_look_at = reason, None
    db.session.commit()


def an_evening(cast: Cast) -> Episode:
    """Let Jo be worried, Maya be missing, in touch and back; reports are made, one too late."""
    jo, sam = seen_as(cast.jo), seen_as(cast.sam)
    opened(cast, S.LATE, policy="missouri", times={Event.LAST_CONTACT: NOW - HOUR})
    worry = worries.begin(jo, cast.maya, address=ADDRESS, now=NOW + MINUTE)
    worries.note_attempt(
        jo, worry.id, how=Attempt.CALL, outcome=Outcome.NO_ANSWER, key="try-1",
        now=NOW + 2 * MINUTE, person_id=cast.nan_ruth,
    )  # fmt: skip
    db.session.commit()
    episode = db.session.get_one(Episode, worry.episode_id)
    actions.change_state(
        sam, episode.id, S.MISSING, source=Source.WORKER, address=ADDRESS, now=NOW + 5 * MINUTE
    )
    note_danger(sam, cast.maya, now=NOW + 6 * MINUTE, about_id=episode.id)
    reported(cast, episode, "report_police", NOW + 10 * MINUTE, "NP-1234, PC Doe")
    said(cast)
    texted(cast)
    actions.change_state(
        sam, episode.id, S.IN_TOUCH, source=Source.TRUSTED_PERSON, address=ADDRESS,
        now=NOW + 30 * MINUTE, reason=REASON,
    )  # fmt: skip
    actions.set_time(
        jo, episode.id, Event.LAST_CONTACT, NOW - HOUR / 2, source=Source.CARER,
        now=NOW + 31 * MINUTE, reason="the clock in the hall was wrong",
    )  # fmt: skip
    reported(cast, episode, "report_ncmec", NOW + 3 * HOUR, "ref 77")
    db.session.commit()
    become(cast, episode, S.RETURNED, NOW + 4 * HOUR)
    return episode


def shared_with_carers(cast: Cast, *sections: str) -> None:
    """Let Maya share parts with carers."""
    for section in sections:
        db.session.add(
            ShareGrant(
                young_person_id=cast.maya,
                section=section,
                grantee_kind="role",
                grantee_role="carer",
                level=Level.VIEW,
                purpose=Purpose.ALWAYS,
                agreed_by_id=cast.maya,
                agreed_at=NOW,
                agreed_how="own_device",
            )
        )
    db.session.commit()
