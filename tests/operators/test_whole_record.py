"""Everything about a young person can be taken out before it is forgotten here."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.cli import main
from engage.db import db
from engage.evidence.models import NoticeFact
from engage.messaging.models import Message
from engage.operators.whole_record import LEFT_OUT, gather
from tests.cast import NOW, Cast
from tests.checkins.texting import own_number, phone_of, text
from tests.episodes.away import opened
from tests.evidence.telling import notices, tell


@pytest.fixture
def inside(app, cast: Cast):
    with app.app_context():
        own_number(cast)
        yield cast


def test_everything_about_one_young_person_is_in_it_opened_and_nothing_of_another(
    inside: Cast,
) -> None:
    text(phone_of(inside.maya), "im ok, at grans", now=NOW)
    text(phone_of(inside.kit), "im kit", now=NOW)
    episode = opened(inside)
    tell(inside, episode, notices(episode, "missing")["police"])
    found = gather(inside.maya, now=NOW)
    assert found["young_person"] == inside.maya
    words = json.dumps(found, default=str)
    assert "im ok, at grans" in words and "Northtown police" in words
    assert "im kit" not in words and str(inside.kit) not in words
    assert found["names"][str(inside.sam)] == "Sam"
    kept = {row["id"] for row in found["records"]["notice_facts"]}
    assert kept == set(db.session.scalars(select(NoticeFact.id)))
    assert found["records"]["people"][0]["id"] == inside.maya
    for message in found["records"]["messages"]:
        row = db.session.get_one(Message, message["id"])
        assert inside.maya in (row.person_id, row.young_person_id)


def test_codes_digests_and_ways_to_sign_in_are_not_in_it(inside: Cast) -> None:
    opened(inside)
    found = gather(inside.maya, now=NOW)
    assert not set(LEFT_OUT) & set(found["records"])
    columns = {name for rows in found["records"].values() for row in rows for name in row}
    assert not [name for name in columns if "digest" in name or "hash" in name or "index" in name]


def test_taking_it_out_is_written_down_and_changes_nothing_else(inside: Cast) -> None:
    before = gather(inside.maya, now=NOW)["records"]
    after = gather(inside.maya, now=NOW)["records"]
    lines = [e for e in db.session.scalars(select(AuditEntry)) if e.verb == "record:exported"]
    assert [(e.subject_id, e.reason) for e in lines] == [(inside.maya, None)] * 2
    assert {k: v for k, v in before.items() if k != "audit_entries"} == {
        k: v for k, v in after.items() if k != "audit_entries"
    }


def test_only_a_young_person_has_a_record(inside: Cast) -> None:
    with pytest.raises(LookupError):
        gather(inside.jo, now=NOW)


def test_an_operator_takes_it_out_into_a_file_only_they_can_read(
    app, cast: Cast, tmp_path: Path
) -> None:
    there = tmp_path / "maya.json"
    words = ["retention", "export", str(cast.maya), str(there)]
    done = CliRunner().invoke(main, words, obj=lambda: app)
    assert done.exit_code == 0, done.output
    assert json.loads(there.read_text())["young_person"] == str(cast.maya)
    assert there.stat().st_mode & 0o077 == 0
    with app.app_context():
        verbs = list(db.session.scalars(select(AuditEntry.verb)))
    assert "record:exported" in verbs
    again = CliRunner().invoke(main, words, obj=lambda: app)
    assert again.exit_code != 0 and "there already" in again.output
    nobody = CliRunner().invoke(
        main, ["retention", "export", str(cast.jo), str(tmp_path / "x")], obj=lambda: app
    )
    assert nobody.exit_code != 0 and not (tmp_path / "x").exists()
