"""A few referrals in the demonstration: from the police, from a school, and one sent twice."""

from datetime import date, datetime, timedelta
from uuid import UUID

from engage.intake.actions import Arrived, receive
from engage.intake.arriving import Draft, SetAside
from engage.intake.rules import About, CameBy, Referrer
from engage.people.access import SYSTEM

LATE = (
    "Not back at the home since 19:00. Last seen by staff on her way to the bus station. Her"
    " phone is off. PC Reed will call again at 22:00."
)


def seed_referrals(organisation_id: UUID, born: date, *, now: datetime) -> None:
    """Let a notification of the police come in, by program and again by mail, and a worry."""
    since = now - timedelta(hours=3)
    by_program = Draft(
        About.MISSING, Referrer.POLICE, words=LATE, name="Maya", birth_date=born,
        reference="NT 123/26", contact="PC Reed, 07700 900950", since=since,
    )  # fmt: skip
    by_mail = Draft(
        About.OTHER, Referrer.POLICE, words=f"Missing person NT 123/26\n\n{LATE}", name="Maya",
        reference="NT 123/26", contact="PC Reed <reed@police.example>",
    )  # fmt: skip
    worry = Draft(
        About.WORRY, Referrer.SCHOOL, name="Robin Hale", birth_date=date(2012, 2, 9),
        words="Was picked up at the gate by somebody we do not know, twice this week.",
        contact="Ms Hall, 07700 900951",
    )  # fmt: skip
    form = b"This is a file of the demonstration."
    files = (SetAside("notification.txt", len(form), form),)
    for minutes, arrived in (
        (170, Arrived(by_program, CameBy.PROGRAM, "demo")),
        (150, Arrived(by_mail, CameBy.EMAIL, "<demo@police.example>", files)),
        (60 * 26, Arrived(worry, CameBy.FORM, "demo")),
    ):
        made, _ = receive(SYSTEM, organisation_id, arrived, now=now - timedelta(minutes=minutes))
        # Nobody's phone rings because a demonstration begins.
        made.tell_at = None
