"""What may be sent, when, how often, and how it counts. Plain Python."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Klass(StrEnum):
    """How a text behaves on doubt, and its place in the queue."""

    STAFF = "S"
    YOUNG_PERSON = "Y"
    OTHER = "O"


class MessageState(StrEnum):
    """Where an outgoing text stands."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    DEAD = "dead"


class Reason(StrEnum):
    """Why a text was held back or given up."""

    OPTED_OUT = "opted_out"
    NO_NUMBER = "no_number"
    SUSPENDED = "suspended"
    STALE_NUMBER = "stale_number"
    ENDED = "ended"
    TOO_LATE = "too_late"
    QUIET_HOURS = "quiet_hours"
    BROKEN = "broken"
    IN_DOUBT = "in_doubt"
    NEVER_WENT = "never_went"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    OVER_BUDGET = "over_budget"
    COUNTRY = "country"


CLAIM_ORDER = (Klass.STAFF, Klass.YOUNG_PERSON, Klass.OTHER)

# Source: SAFETY 6 R07 and 7.
LEASE = timedelta(seconds=120)
SETTLE = timedelta(seconds=60)
STAFF_RESEND_AFTER = timedelta(minutes=5)
BACKOFF = (5, 15, 60, 120, 300)
JITTER = 0.2
BREAKER_LIMIT = 5
BREAKER_PAUSE = timedelta(seconds=30)
POISON_LIMIT = 5
UNREACHED_RETRY = timedelta(minutes=5)
LIFETIMES = {
    Klass.STAFF: timedelta(hours=24),
    Klass.YOUNG_PERSON: timedelta(minutes=30),
    Klass.OTHER: timedelta(hours=24),
}
# Source: Twilio ValidityPeriod, 1 to 36,000 seconds (SAFETY 8).
VALIDITY_MAX = 36_000

# The one text that confirms an opt-out; queued only when the provider has not answered itself.
# Source: MISSION F5.2 (47 CFR 64.1200(a)(12): one confirmation).
LAST_WORD = "reply_stop"

# Source: SAFETY T06 and T14.
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
REPLY_WINDOW = timedelta(minutes=2)
STALE_AFTER = timedelta(days=90)

# Source: SAFETY 10.
PROVIDER_KEEPS = timedelta(hours=24)
# A report that did not come by itself is asked for after ten minutes, then each hour.
REPORT_AFTER = timedelta(minutes=10)
REPORT_AGAIN = timedelta(hours=1)
BODIES_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Status:
    """A provider's word for where a text stands: its rank, and our state for it."""

    rank: int
    state: MessageState


# Source: SAFETY 6 R05. Failures rank below delivery, so that every order of arrival ends alike.
RANKS = {
    "scheduled": Status(5, MessageState.ACCEPTED),
    "queued": Status(10, MessageState.ACCEPTED),
    "accepted": Status(20, MessageState.ACCEPTED),
    "sending": Status(30, MessageState.ACCEPTED),
    "sent": Status(40, MessageState.SENT),
    "canceled": Status(50, MessageState.FAILED),
    "failed": Status(51, MessageState.FAILED),
    "undelivered": Status(52, MessageState.FAILED),
    "delivered": Status(55, MessageState.DELIVERED),
    "read": Status(60, MessageState.READ),
}
STATUSES = {"twilio": RANKS, "console": RANKS, "none": {}}
FINAL_RANK = 50
ARRIVED_RANK = 55


def is_quiet(now: datetime, zone: str) -> bool:
    """Say whether a text would buzz between 22:00 and 07:00 on the reader's clock.

    Source: SAFETY T06.
    """
    local = now.astimezone(ZoneInfo(zone)).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def quiet_ends_at(now: datetime, zone: str) -> datetime:
    """Return the next 07:00 on the reader's clock, as an instant in the zone of `now`."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, ZoneInfo(zone)).astimezone(now.tzinfo)


def is_fresh_answer(answers_at: datetime | None, now: datetime) -> bool:
    """Say whether this answers something its reader did in the last two minutes.

    Source: SAFETY T06.
    """
    return answers_at is not None and now - answers_at <= REPLY_WINDOW


def is_stale_number(verified_at: datetime | None, heard_at: datetime | None, now: datetime) -> bool:
    """Say whether a number once checked was silent so long that it may be somebody else's.

    Source: SAFETY T14 (90 days without a text from it).
    """
    last = max((at for at in (verified_at, heard_at) if at is not None), default=None)
    return last is not None and now - last > STALE_AFTER


def backoff(tries: int, luck: float) -> timedelta:
    """Return the wait before the next try after `tries` failures; `luck` in 0..1 spreads it.

    Source: SAFETY 6 R07 (5, 15, 60, 120, 300 s, then every 300 s, plus or minus 20 %).
    """
    seconds = BACKOFF[min(max(tries, 1), len(BACKOFF)) - 1]
    return timedelta(seconds=seconds * (1 + JITTER * (2 * luck - 1)))


def validity_seconds(now: datetime, not_after: datetime) -> int:
    """Return for how many seconds the provider may still try, 1 to 36,000."""
    return min(max(int((not_after - now).total_seconds()), 1), VALIDITY_MAX)


def resend_on_doubt(klass: str, first_post_at: datetime, now: datetime) -> bool:
    """Say whether to send again though nobody can tell whether the first one went.

    Only texts to staff, and only after five minutes: a doubled alert is harmless, a doubled
    text on a watched phone is not. Source: SAFETY 7, H04.
    """
    return klass == Klass.STAFF and now - first_post_at >= STAFF_RESEND_AFTER


# Source: 3GPP TS 23.038, the default alphabet and its extension.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Segments:
    """How a text is cut for sending: 160/153 in the GSM alphabet, else 70/67."""

    count: int
    units: int
    is_gsm: bool


def segments(text: str) -> Segments:
    """Count the segments a phone network makes of this text."""
    if all(letter in GSM or letter in GSM_TWICE for letter in text):
        costs = [2 if letter in GSM_TWICE else 1 for letter in text]
        return Segments(_cut(costs, 160, 153), sum(costs), True)
    costs = [len(letter.encode("utf-16-le")) // 2 for letter in text]
    return Segments(_cut(costs, 70, 67), sum(costs), False)


def _cut(costs: list[int], alone: int, joined: int) -> int:
    if sum(costs) <= alone:
        return 1
    count, used = 1, 0
    for cost in costs:
        # An escaped letter or a surrogate pair is never split over two segments.
        if used + cost > joined:
            count, used = count + 1, 0
        used += cost
    return count


@dataclass
class Breaker:
    """Leaves an unwell provider alone: after five failures, one try each 30 seconds.

    Source: SAFETY 6 R07.
    """

    failures: int = 0
    next_try_at: datetime | None = None
    first_failure_at: datetime | None = None

    @property
    def down_since(self) -> datetime | None:
        """Return since when the provider is left alone, or None while it is well."""
        return self.first_failure_at if self.failures >= BREAKER_LIMIT else None

    def note(self, is_outage: bool, now: datetime) -> None:
        """Count one answer of the provider."""
        self.failures = self.failures + 1 if is_outage else 0
        self.first_failure_at = (self.first_failure_at or now) if is_outage else None
        self.next_try_at = now + BREAKER_PAUSE if self.failures >= BREAKER_LIMIT else None

    def allowance(self, wanted: int, now: datetime) -> int:
        """Return how many texts may be tried now: all, one, or none."""
        if self.next_try_at is None:
            return wanted
        return min(wanted, 1) if now >= self.next_try_at else 0

    def tried(self, now: datetime) -> None:
        """Note that texts left: while open, the next one waits for what becomes of this one."""
        if self.next_try_at is not None:
            self.next_try_at = now + BREAKER_PAUSE


@dataclass
class Pace:
    """Keeps our number at so many segments a second; 0 sets no limit.

    Source: SAFETY 8 (a long number carries about one segment a second).
    """

    per_second: float
    saved: float = 1.0
    at: datetime | None = None

    def allowance(self, wanted: int, now: datetime, sharers: int = 1) -> int:
        """Return how many texts may be taken now, when `sharers` workers use the number."""
        if self.per_second <= 0:
            return wanted
        rate = self.per_second / max(sharers, 1)
        if self.at is not None:
            passed = max((now - self.at).total_seconds(), 0)
            self.saved = min(self.saved + passed * rate, max(rate, 1.0))
        self.at = now
        return min(wanted, max(int(self.saved), 0))

    def spend(self, segments: int) -> None:
        """Note that so many segments left."""
        if self.per_second > 0:
            self.saved -= segments
