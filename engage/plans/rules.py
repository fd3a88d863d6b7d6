"""What a social worker could check: when a plan is due, agreed, changed, or wants reading."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

ASKS = ("message", "look", "let_in", "bring_back", "meeting", "police")
TELLS = ("worried", "ready", "back", "plan")
TRIO = 3
NAME_LIMIT = 60
SHORT_LIMIT = 200
REASON_LIMIT = 500
DRAFT_LIMIT = 60_000  # letters of one form, as it was sent
DRAFT_KEPT = timedelta(hours=24)  # Source: SAFETY 10, "sessions, drafts"
OFFER_AGAIN_AFTER = timedelta(days=14)
ASK_AGAIN_AFTER = timedelta(hours=20)
# Used where a policy pack says nothing. Source: MISSION C3 (72 hours) and C5 (90 days).
DUE_WITHIN = timedelta(hours=72)
REVIEW_EVERY = timedelta(days=90)


# Words that a phone company or we ourselves already understand. Source: MISSION F5.2
# (carriers' lists) and 2.1 (what young people text).
_TAKEN = """
stop stopall unsubscribe cancel end quit revoke optout start yes unstop help info no
ok safe fine good ready home back pickup talk call sos danger where
"""
TAKEN_WORDS = frozenset(_TAKEN.split())


class Progress(StrEnum):
    """How far one question is. Never a percentage, and never late."""

    DONE = "done"
    STARTED = "started"
    SKIPPED = "skipped"
    NOT_STARTED = "not_started"


class PlanState(StrEnum):
    """How far the plan as a whole is."""

    DRAFT = "draft"
    SHARED = "shared"
    LIVE = "live"
    CHANGED = "changed"
    DECLINED = "declined"


class ReviewNeed(StrEnum):
    """Why a plan waits for its worker. In order of what to look at first."""

    DISAGREEMENT = "disagreement"
    WAITS_FOR_YOU = "waits_for_you"
    DUE = "due"
    MOVED = "moved"
    NOT_STARTED = "not_started"
    CHANGED = "changed"
    MISSING_CONSENT = "missing_consent"
    SHARING_DUE = "sharing_due"
    PHOTO_OLD = "photo_old"
    OFFER_AGAIN = "offer_again"


@dataclass(frozen=True)
class Words:
    """One voice's answer, as far as comparing versions needs it."""

    question: str
    voice: str
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one voice's answer between two versions."""

    question: str
    voice: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """Return `added`, `taken_out` or `changed`."""
        if not self.before:
            return "added"
        return "changed" if self.after else "taken_out"


def means_something_else(word: str) -> bool:
    """Say whether a code word would be mistaken for a command, or is only digits."""
    plain = "".join(c for c in word.casefold() if c.isalnum())
    return plain in TAKEN_WORDS or plain.isdigit()


def progress(states: Iterable[str]) -> Progress:
    """Return how far a question is, from the states of the answers given to it by any voice."""
    given = set(states)
    if "answered" in given:
        return Progress.DONE
    return Progress.SKIPPED if "skipped" in given else Progress.NOT_STARTED


def people_progress(count: int, wanted: int, states: Iterable[str]) -> Progress:
    """Return how far a question about people is: done with enough people named."""
    if count >= wanted:
        return Progress.DONE
    return Progress.STARTED if count else progress(set(states) - {"answered"})


def is_agreed(said: Mapping[str, Collection[str]]) -> bool:
    """Say whether a version is agreed: a yes from each of the three voices, the young person's
    not taken back. `said` maps a voice to what its people said.

    Source: C3, "agreed by each of the three". One carer of a couple is enough.
    """
    voices = ("young_person", "carer", "worker")
    return all("yes" in said.get(voice, ()) for voice in voices)


def plan_state_of(changed_at: datetime, versions: Collection[tuple[str, datetime]]) -> PlanState:
    """Return the one state a reader should see first.

    `versions` are (state, made at) of the plan's versions; `changed_at` is its last change.
    """
    made = dict(sorted(versions, key=lambda v: v[1]))
    if "shared" in made:
        return PlanState.SHARED
    declined = made.get("declined")
    if "live" in made:
        return PlanState.CHANGED if changed_at > made["live"] else PlanState.LIVE
    if declined and changed_at <= declined:
        return PlanState.DECLINED
    return PlanState.DRAFT


def changes(before: Iterable[Words], after: Iterable[Words]) -> list[Change]:
    """List what was added, changed or taken out between two versions, in the later one's order."""
    old = {(w.question, w.voice): w.text for w in before if w.text}
    new = {(w.question, w.voice): w.text for w in after if w.text}
    keys = list(new) + [key for key in old if key not in new]
    return [
        Change(question, voice, old.get((question, voice), ""), new.get((question, voice), ""))
        for question, voice in keys
        if old.get((question, voice), "") != new.get((question, voice), "")
    ]


def due_at(placement_starts_at: datetime, within: timedelta) -> datetime:
    """Return when a plan should be agreed after a young person came to a home.

    Source: S2 ("on arrival in a placement"); the time allowed comes from the policy pack.
    """
    return placement_starts_at + within


def review_due_at(live_at: datetime, every: timedelta) -> datetime:
    """Return when an agreed plan should be read again. Source: C5."""
    return live_at + every


def offer_again_on(today: date) -> date:
    """Return the day on which a young person who said no is asked again."""
    return today + OFFER_AGAIN_AFTER


def may_ask_again(invited_at: datetime | None, now: datetime) -> bool:
    """Say whether a trusted person may be sent the question (again): at most once a day."""
    return invited_at is None or now - invited_at >= ASK_AGAIN_AFTER


def needs(
    *,
    now: datetime,
    today: date,
    state: PlanState,
    due: datetime | None,
    review_due: datetime | None,
    offer_again: date | None,
    disagreements: bool,
    waits_for_worker: bool,
    missing_consents: bool,
    moved: bool = False,
    sharing_due: bool = False,
    photo_old: bool = False,
) -> list[ReviewNeed]:
    """List why this plan waits for its worker, most pressing first; empty when it does not."""
    found = []
    if disagreements:
        found.append(ReviewNeed.DISAGREEMENT)
    if waits_for_worker:
        found.append(ReviewNeed.WAITS_FOR_YOU)
    unmet = due if state in (PlanState.DRAFT, PlanState.SHARED) else None
    if (unmet and unmet <= now) or (review_due and review_due <= now):
        found.append(ReviewNeed.DUE)
    if moved:
        found.append(ReviewNeed.MOVED)
    if state is PlanState.CHANGED:
        found.append(ReviewNeed.CHANGED)
    if missing_consents:
        found.append(ReviewNeed.MISSING_CONSENT)
    if sharing_due:
        found.append(ReviewNeed.SHARING_DUE)
    if photo_old:
        found.append(ReviewNeed.PHOTO_OLD)
    if state is PlanState.DECLINED and offer_again and offer_again <= today:
        found.append(ReviewNeed.OFFER_AGAIN)
    return found


class PersonProblem(StrEnum):
    """Why somebody cannot be named in the plan like this."""

    OWN_NUMBER = "own_number"
    SAME_NUMBER = "same_number"
    SAME_NAME = "same_name"
    TOO_MANY = "too_many"
    IS_WORKER = "is_worker"


def person_problem(
    *,
    name: str,
    phone: str,
    own_phone: str | None,
    others: Collection[tuple[str, str | None]],
    worker_phones: Collection[str],
    limit: int | None = TRIO,
) -> PersonProblem | None:
    """Return why this person cannot be added, or None. `others` are (name, phone) already named.

    Source: S1, the check-in person is "not the youth's social worker".
    """
    if limit is not None and len(others) >= limit:
        return PersonProblem.TOO_MANY
    if own_phone and phone == own_phone:
        return PersonProblem.OWN_NUMBER
    if phone in worker_phones:
        return PersonProblem.IS_WORKER
    if any(phone == number for _, number in others):
        return PersonProblem.SAME_NUMBER
    if any(name.casefold() == other.casefold() for other, _ in others):
        return PersonProblem.SAME_NAME
    return None
