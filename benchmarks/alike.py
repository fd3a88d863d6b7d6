"""Known and unknown phones, codes and emails cannot be told apart by median time.

CPU time of the answer is compared: waiting for the disk is the same number of commits either way
(a test counts the rows), and it varies more than what is measured here.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from benchmarks import setting
from benchmarks.rows import Row

ROUNDS, TRIES = 5, 24
# Of the medians, either way; a network adds many times this.
TOLERANCE = 0.10
NUMBERS = ("+447700900801", "+447700900802")
EMAILS = ("sam@example.org", "nobody@example.org")
Ask = Callable[[], object]


def run() -> list[Row]:
    """Ask in turn as somebody known and as somebody unknown; compare the medians."""
    with setting.database("sqlite") as url:
        app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
        app.config["WTF_CSRF_ENABLED"] = False
        codes = fill(app)
        return [
            compare(app, "phone number, known : unknown", *map(numbers(app), NUMBERS)),
            compare(app, "six digits, known : unknown", *map(digits(app), NUMBERS)),
            compare(app, "staff email, known : unknown", *map(emails(app, "/sign-in"), EMAILS)),
            compare(
                app, "forgotten, known : unknown", *map(emails(app, "/sign-in/forgotten"), EMAILS)
            ),
            *(
                compare(app, f"code, {what} : unknown", opened(app, code), opened(app, "0" * 26))
                for what, code in codes.items()
            ),
        ]


def fill(app: Flask) -> dict[str, str]:
    """Store one carer, one worker and two codes that work no more."""
    from flask_security import hash_password

    from engage.db import db
    from engage.people import actions, links
    from engage.people.account_actions import create_account
    from engage.people.models import LinkKind
    from engage.people.viewer import SYSTEM

    now = datetime.now(UTC)
    with app.test_request_context():
        house = actions.create_organisation(
            SYSTEM, name="N", neutral_name="N", policy="england", now=now
        )
        young = actions.create_young_person(SYSTEM, organisation_id=house.id, name="Maya", now=now)
        actions.create_carer(SYSTEM, organisation_id=house.id, name="Jo", phone=NUMBERS[0], now=now)
        sam = actions.create_worker(SYSTEM, organisation_id=house.id, name="Sam", now=now)
        create_account(SYSTEM, sam.id, EMAILS[0], password=hash_password("x" * 20), now=now)
        kind, past = LinkKind.CHECK_IN, now - timedelta(days=1)
        revoked = links.issue(kind, young_person_id=young.id, now=now)
        db.session.flush()
        links.revoke(kind, young_person_id=young.id, now=now)
        expired = links.issue(kind, young_person_id=young.id, now=past, expires_at=past)
        db.session.commit()
    return {"revoked": revoked, "expired": expired}


def numbers(app: Flask) -> Callable[[str], Ask]:
    """Ask for a code for this number."""

    def of(number: str) -> Ask:
        return lambda: app.test_client().post("/phone-sign-in", data={"number": number})

    return of


def digits(app: Flask) -> Callable[[str], Ask]:
    """Try wrong digits after asking for a code for this number."""

    def of(number: str) -> Ask:
        client = app.test_client()
        client.post("/phone-sign-in", data={"number": number})
        return lambda: client.post("/phone-sign-in/code", data={"code": "x1x2x3"})

    return of


def emails(app: Flask, path: str) -> Callable[[str], Ask]:
    """Send this address with a wrong password."""

    def of(email: str) -> Ask:
        data = {"email": email, "password": "wrong wrong wrong"}
        return lambda: app.test_client().post(path, data=data)

    return of


def opened(app: Flask, code: str) -> Ask:
    """Open the link of this code."""
    return lambda: app.test_client().get(f"/c/{code}")


def compare(app: Flask, what: str, known: Ask, unknown: Ask) -> Row:
    """Return the ratio of the medians, asked in turn so that both meet the same machine."""
    from engage.web import limits

    ratios = []
    for _ in range(ROUNDS):
        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(TRIES):
            for is_known in (True, False) if number % 2 else (False, True):
                app.extensions[limits.KEY].storage.reset()
                began = time.thread_time()
                (known if is_known else unknown)()
                took[is_known].append(time.thread_time() - began)
        ratios.append(statistics.median(took[True]) / statistics.median(took[False]))
    measured = statistics.median(ratios)
    bar = f"1 ± {TOLERANCE:g}"
    return Row(what, measured, "ratio", bar, abs(measured - 1) <= TOLERANCE)
