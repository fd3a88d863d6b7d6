"""Many young people with those around them, for what is measured on a full database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import insert

from benchmarks.bulk import put_in

NOW = datetime(2026, 1, 5, 18, tzinfo=UTC)  # long before anybody measures
SERVICE = "+447700900500"
PER_TEAM = 50


@dataclass(frozen=True)
class Town:
    """Who lives in the measured database."""

    organisation: UUID
    young: list[UUID]

    def number(self, n: int) -> str:
        """Return the phone of the nth young person."""
        return f"+4477{n % len(self.young):08}"


def fill(app: Flask, people: int) -> Town:
    """Put in this many young people, each with a carer, a check-in person and a social worker."""
    from engage.crypto import blind_index, seal

    house = uuid4()
    ids = [uuid4() for _ in range(people)]
    teams = [uuid4() for _ in range(max(people // PER_TEAM, 1))]

    def person(kind: str, number: str, one: UUID, **more: Any) -> dict[str, Any]:
        return {
            "id": one, "kind": kind, "organisation_id": house, "locale": "en",
            "name": seal("Somebody Else", "people.name", one), "created_at": NOW,
            "phone": seal(number, "people._phone_number", one),
            "phone_index": blind_index("phone", number), "phone_verified_at": NOW,
            "phone_heard_at": NOW, "reply_policy": "neutral", "word_needed": False,
            "team_id": None, **more,
        }  # fmt: skip

    town = Town(house, ids)
    rows, ties, grants = [], [], []
    workers = [uuid4() for _ in teams]
    for n, (team, worker) in enumerate(zip(teams, workers, strict=True)):
        rows.append(person("worker", f"+4478{n:08}", worker))
        grants += [
            {"id": uuid4(), "person_id": worker, "role": role, "team_id": team, "starts_at": NOW}
            for role in ("social_worker", "supervisor", "out_of_hours")
        ]
    for n, one in enumerate(ids):
        rows.append(person("young_person", town.number(n), one, team_id=teams[n % len(teams)]))
        carer = uuid4()
        rows.append(person("carer", f"+4479{n:08}", carer))
        told = {"carer": carer, "check_in": carer, "social_worker": workers[n % len(workers)]}
        ties += [
            {"id": uuid4(), "young_person_id": one, "person_id": each, "kind": kind, "rank": 0,
             "consent": "yes", "starts_at": NOW}
            for kind, each in told.items()
        ]  # fmt: skip
    _store(app, house, teams, rows, ties, grants)
    return town


def _store(
    app: Flask, house: UUID, teams: list[UUID], rows: list[Any], ties: list[Any], grants: list[Any]
) -> None:
    from engage.db import db
    from engage.people.models import Organisation, Person, Relationship, RoleGrant, Team

    with app.app_context():
        db.session.add(
            Organisation(
                id=house, name="N", neutral_name="N", policy="england", service_number=SERVICE
            )
        )
        db.session.flush()
        db.session.execute(
            insert(Team), [{"id": t, "organisation_id": house, "name": "T"} for t in teams]
        )
        connection = db.session.connection()
        for table, values in ((Person, rows), (Relationship, ties)):
            put_in(connection, table.__table__, values)
        db.session.execute(insert(RoleGrant.__table__), grants)
        db.session.commit()
        if not db.engine.url.drivername.startswith("sqlite"):
            from sqlalchemy import text

            # As the server does by itself, where rows came in. Were it told that the tables are
            # empty which texts will fill, it would read them from end to end until it looks again.
            db.session.execute(
                text("ANALYZE organisations, teams, people, relationships, role_grants")
            )
            db.session.commit()
        db.engine.dispose()
