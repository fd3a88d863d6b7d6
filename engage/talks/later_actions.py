"""Taking in what an interviewer's phone kept without a signal: once, in order, with its times."""

from datetime import datetime

from sqlalchemy import select

from engage.db import db
from engage.people.access import Viewer
from engage.talks import actions
from engage.talks.later_rules import Said, SaidKind
from engage.talks.models import Talk, TalkEntry
from engage.talks.sharing_actions import share_line


def take_later(viewer: Viewer, said: Said, *, now: datetime) -> Talk:
    """Keep what was done in a talk on a phone without a signal; return the record it belongs to.

    It begins the record if there is none, with the phone's own time. The same key again changes
    nothing. Nothing is overwritten: what was given elsewhere stands beside it. Raises NotFound,
    LawNotTold, Changed.
    """
    talk = actions.begin_for(viewer, said.interview_id, began_at=said.began_at, now=now)
    match said.kind:
        case SaidKind.LAW:
            actions.tell_law(viewer, talk.id, at=said.at, now=now)
        case SaidKind.ANSWER:
            actions.answer(
                viewer, talk.id, said.question, said.words, key=said.key, given_at=said.at, now=now
            )
        case SaidKind.CORRECT:
            actions.correct(
                viewer, talk.id, said.question, said.words, key=said.key, given_at=said.at, now=now
            )
        case SaidKind.READ_BACK:
            if talk.read_back_at is None or talk.read_back_at < said.at:
                actions.read_back(viewer, talk.id, at=said.at, now=now)
        case SaidKind.SHARE:
            share_line(
                viewer, talk.id, said.question, said.audiences, seen=_seen(talk, said),
                at=said.at, now=now,
            )  # fmt: skip
    return talk


def _seen(talk: Talk, said: Said) -> int:
    """Return up to which entry the young person saw the line on that phone."""
    number = select(TalkEntry.number).where(
        TalkEntry.talk_id == talk.id,
        TalkEntry.key == said.seen_key,
        TalkEntry.question == said.question,
    )
    return db.session.scalar(number) or said.seen
