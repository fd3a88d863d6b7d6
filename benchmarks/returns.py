"""Talks: the lists of workers with 1,000 open against 10; and what an answer to a poster costs."""

import itertools
import re
import secrets
import statistics
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import event, insert

from benchmarks import setting
from benchmarks.caseload import sign_in
from benchmarks.rows import Row, at_most

FEW, MANY = 10, 1_000
ROUNDS, PAGES, POSTS = 5, 40, 120
_HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


LISTS = ("/talks", "/talk-records")


def fill(app: Flask, talks: int) -> tuple[dict[str, UUID], str, str]:
    """Owe this many talks; return who opens each list, a poster's code and a card's."""
    from engage import clock
    from engage.crypto import seal
    from engage.db import db
    from engage.feedback.actions import make_poster
    from engage.feedback.queries import get_code
    from engage.interviews.models import ReturnInterview
    from engage.people import actions, links
    from engage.people.access import SYSTEM
    from engage.people.models import LinkKind, Person, Relationship, Role, YoungPerson
    from engage.people.queries import viewer_of

    now = clock.now()
    with app.app_context():
        house = actions.create_organisation(
            SYSTEM, name="N", neutral_name="N", policy="england", now=now
        )
        sue = actions.create_worker(SYSTEM, organisation_id=house.id, name="Sue", now=now)
        for role in (Role.SUPERVISOR, Role.ADMIN):
            actions.grant_role(SYSTEM, sue.id, role, now=now)
        ines = actions.create_worker(SYSTEM, organisation_id=house.id, name="Ines", now=now)
        actions.grant_role(SYSTEM, ines.id, Role.INTERVIEWER, now=now)
        card = actions.create_young_person(SYSTEM, organisation_id=house.id, name="Y", now=now)
        db.session.flush()
        viewer = viewer_of(SYSTEM, sue.id, now=now)
        assert viewer is not None
        poster = make_poster(viewer, place="Hall", about=None, now=now)
        codes = (
            get_code(viewer, poster, now=now),
            links.issue(LinkKind.CHECK_IN, young_person_id=card.id, now=now),
        )
        ids = [uuid4() for _ in range(talks)]
        people = [
            {"id": one, "kind": "young_person", "organisation_id": house.id, "locale": "en",
             "name": seal(f"Young {n}", "people.name", one), "created_at": now,
             "reply_policy": "neutral", "word_needed": False}
            for n, one in enumerate(ids)
        ]  # fmt: skip
        owed = [
            {"id": uuid4(), "young_person_id": one, "organisation_id": house.id,
             "state": "booked", "opened_at": now, "due_at": now + timedelta(minutes=n),
             "interviewer_id": ines.id, "booked_for": now + timedelta(minutes=n),
             "others": [], "needs_interpreter": False, "is_involved": False,
             "independent_offered": False}
            for n, one in enumerate(ids)
        ]  # fmt: skip
        connection = db.session.connection()
        assert YoungPerson.__table__ is Person.__table__
        connection.execute(insert(Person.__table__), people)
        connection.execute(insert(ReturnInterview.__table__), owed)
        held = [
            {"id": uuid4(), "young_person_id": one, "person_id": ines.id, "kind": "interviewer",
             "starts_at": now, "rank": 0, "consent": "not_asked"}
            for one in ids
        ]  # fmt: skip
        connection.execute(insert(Relationship.__table__), held)
        db.session.commit()
        return {"/talks": sue.id, "/talk-records": ines.id}, *codes


def look(app: Flask, client: Any, path: str) -> tuple[list[float], int]:
    """Open a list of talks; return the milliseconds of each time, and the statements of one."""
    from engage.db import db

    seen: list[int] = []

    def note(*_: Any) -> None:
        seen.append(1)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    took = []
    for _ in range(PAGES):
        began = time.perf_counter()
        answer = client.get(path, base_url=setting.ENVIRON["ENGAGE_PUBLIC_URL"])
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return took, len(seen) // PAGES


def post(app: Flask, path: str, sent: dict[str, str], opened: str = "") -> float:
    """Send a page this many times as different people; return the CPU of one, in milliseconds."""
    from engage.web import limits

    address = setting.ENVIRON["ENGAGE_PUBLIC_URL"]
    client = app.test_client()
    if opened:
        client.get(opened, base_url=address)
    found = _HIDDEN.search(client.get(path, base_url=address).text)
    used = 0.0
    for _ in range(POSTS):
        app.extensions[limits.KEY].storage.reset()
        form = {**sent, "key": secrets.token_urlsafe(16)}
        form |= {"csrf_token": found[1]} if found else {}
        began = time.process_time()
        answer = client.post(path, data=form, base_url=address)
        used += time.process_time() - began
        assert answer.status_code in (200, 303), answer.status_code
    return used * 1000 / POSTS


def measure(engine: str) -> list[Row]:
    """Measure both sizes in turn, and an answer beside a check-in, on one database engine."""
    with setting.database(engine) as few, setting.database(engine) as many:
        seen = {}
        for size, url in ((FEW, few), (MANY, many)):
            app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
            who, poster, card = fill(app, size)
            seen[size] = app, {path: sign_in(app, each) for path, each in who.items()}
        p95: dict[tuple[str, int], list[float]] = {(p, n): [] for p in LISTS for n in seen}
        statements: dict[str, int] = {}
        answers, taps = [], []
        for _ in range(ROUNDS):
            for path, (size, (app, clients)) in itertools.product(LISTS, seen.items()):
                took, statements[path] = look(app, clients[path], path)
                p95[path, size].append(statistics.quantiles(took, n=20)[-1])
            words = {"about": "carer", "listened": "4", "words": "They listened"}
            answers.append(post(seen[MANY][0], f"/f/{poster}", words))
            taps.append(post(seen[MANY][0], "/now", {"kind": "ok"}, f"/c/{card}"))
    against = [a / t for a, t in zip(answers, taps, strict=True)]
    rows = []
    for path in LISTS:
        # Each round holds both sizes, so what else the machine does falls out.
        ratio = [m / f for m, f in zip(p95[path, MANY], p95[path, FEW], strict=True)]
        much = statistics.median(p95[path, MANY])
        rows += [
            at_most(f"{engine}: {path}, statements, {MANY:,} open", [statements[path]], "", 10),
            Row(f"{engine}: {path}, p95, {MANY:,} open", much, "ms"),
            at_most(f"{engine}: {path}, p95 against {FEW} open", ratio, "x", 1.5),
        ]
    return [
        *rows,
        Row(f"{engine}: CPU of an answer to a poster", statistics.median(answers), "ms"),
        # `inbound` holds a check-in by page against the reference program.
        at_most(f"{engine}: CPU of an answer / of a check-in by page", against, "ratio", 1.5),
    ]


def run() -> list[Row]:
    """Measure on every engine there is."""
    return [row for engine in setting.engines() for row in measure(engine)]
