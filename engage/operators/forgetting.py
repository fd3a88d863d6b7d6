"""Forgetting what need not be kept: a batch at a time, so that nobody waits for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, or_, select, update

from engage.audit.actions import record
from engage.checkins.models import CheckIn
from engage.db import db
from engage.exports.actions import forget_exports
from engage.feedback.counting import forget_words
from engage.messaging.models import InboundMessage, Message
from engage.operators import keeping
from engage.operators.keeping import BATCH, WORDS_OF_HARM
from engage.oversight.gap_mailing import forget_mails
from engage.patterns.place_keeping import forget_tallies
from engage.people.access import SYSTEM
from engage.people.copy_actions import forget_copies
from engage.people.models import LoginSession, SignInCode
from engage.photos.actions import forget_photos
from engage.plans.models import PlanDraft
from engage.plans.rules import DRAFT_KEPT
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.safeguarding.models import Allegation

# As the operator reads them.
LABELS = {
    Kept.PLACES: "places somebody shared",
    Kept.TEXTS: "words of texts",
    Kept.CHECK_INS: "words of check-ins",
    Kept.WAYS_BACK: "wishes for the way back",
    Kept.WORRIES: "words of worries",
    Kept.EPISODES: "reasons in episodes",
    Kept.IMPORTANT_PEOPLE: "important people taken out",
    Kept.AGREED_TIMES: "agreed times that ended",
    Kept.DISCLOSURES: "what was told without a yes",
    Kept.EVIDENCE: "words and papers about who was told",
    Kept.OUTREACH: "words of reaching out",
    Kept.ASKING: "what trusted people answered",
    Kept.DANGER: "looks at danger",
    Kept.EFFORTS: "notes of efforts and needs",
    Kept.SEARCHERS: "people who looked",
    Kept.MISSING_PACKS: "pages for those who search",
    Kept.COURT_ITEMS: "court items that are recalled",
    Kept.RETURNS: "words about coming back",
    Kept.INTERVIEWS: "words about talks that are over",
    Kept.TALKS: "what was said in talks, once taken out",
    Kept.STAFFINGS: "words of meetings",
    Kept.REFLECTIONS: "what workers thought over",
    Kept.NEXT_STEPS: "words of what was promised",
    Kept.SAFEGUARDING: "words about harm, and screenings",
    Kept.REFERRALS: "words of referrals that are closed",
    Kept.HELP: "words about help that was offered",
    Kept.WELFARE: "words of welfare meetings",
}
# Source: SAFETY 10 (sessions, drafts, tries of codes: at most a day).
KEPT_A_DAY = timedelta(hours=24)


def end_sessions(*, now: datetime) -> int:
    """Delete sign-ins that ended a day ago, with what they held; return how many."""
    table = LoginSession
    old = or_(table.expires_at < now - KEPT_A_DAY, table.revoked_at < now - KEPT_A_DAY)
    return _delete(table, old)


def drop_codes(*, now: datetime) -> int:
    """Delete sign-in codes that ran out a day ago; return how many."""
    return _delete(SignInCode, SignInCode.expires_at < now - KEPT_A_DAY)


def drop_drafts(*, now: datetime) -> int:
    """Delete what people were typing more than a day ago; return how many."""
    return _delete(PlanDraft, PlanDraft.saved_at < now - DRAFT_KEPT)


def _delete(table: Any, old: Any) -> int:
    batch = select(table.id).where(old).limit(BATCH)
    done = db.session.execute(delete(table).where(table.id.in_(batch)))
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count


def forget_texts_of_nobody(*, now: datetime) -> int:
    """Erase the words of old texts that are about nobody we know; return how many.

    Those about somebody are kept as their pack says, and while an episode is open.
    """
    kept = DEFAULT_DAYS[Kept.TEXTS]
    of_somebody = select(CheckIn.id).where(
        CheckIn.inbound_id == InboundMessage.id, CheckIn.young_person_id.is_not(None)
    )
    count = 0
    for table, at, columns, nobody in (
        (Message, Message.created_at, ("_body", "_params", "_to_number"),
         Message.person_id.is_(None) & Message.young_person_id.is_(None)),
        (InboundMessage, InboundMessage.received_at, ("_body",),
         ~of_somebody.exists() & keeping.SET_ASIDE_OF.is_(None)),
    ):  # fmt: skip
        words = [getattr(table, name) for name in columns]
        has_words = or_(*(column.is_not(None) for column in words))
        old = select(table.id).where(at < now - timedelta(days=kept), nobody, has_words)
        change = update(table).where(table.id.in_(old.limit(BATCH).scalar_subquery()))
        done = db.session.execute(
            change.values(dict.fromkeys(words)).execution_options(synchronize_session=False)
        )
        count += done.rowcount  # type: ignore[attr-defined]
    if count:
        record("texts:erased", viewer=SYSTEM, now=now, reason="retention")
    return count


def forget_harm_of_nobody(*, now: datetime) -> int:
    """Erase the words of closed harm about nobody we know, by our default; return how many."""
    columns = [getattr(Allegation, name) for name in WORDS_OF_HARM]
    old = select(Allegation.id).where(
        Allegation.young_person_id.is_(None),
        Allegation.closed_at < now - timedelta(days=DEFAULT_DAYS[Kept.SAFEGUARDING]),
        or_(*(column.is_not(None) for column in columns)),
    )
    change = update(Allegation).where(Allegation.id.in_(old.limit(BATCH).scalar_subquery()))
    done = db.session.execute(
        change.values(dict.fromkeys(columns)).execution_options(synchronize_session=False)
    )
    count: int = done.rowcount  # type: ignore[attr-defined]
    if count:
        record("harm:erased", viewer=SYSTEM, now=now, reason="retention")
    return count


STEPS: dict[str, Callable[..., int]] = {
    **{f"{LABELS[kind]}, past their time": partial(keeping.erase, kind) for kind in Kept},
    "words of texts about nobody we know": forget_texts_of_nobody,
    "words of harm about nobody we know": forget_harm_of_nobody,
    "sign-ins": end_sessions,
    "sign-in codes": drop_codes,
    "drafts": drop_drafts,
    "photos nobody said yes to": forget_photos,
    "phones that kept something": forget_copies,
    "words of feedback": forget_words,
    "files for other systems": forget_exports,
    "daily mails of what is open": forget_mails,
    "counts of places": forget_tallies,
}
