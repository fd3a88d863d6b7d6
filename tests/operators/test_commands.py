"""What operators type, and what comes back."""

import json
import os

import pytest
from click.testing import CliRunner

from engage import config, crypto
from engage.audit.models import AuditEntry
from engage.cli import main
from engage.crypto import new_key
from engage.db import db
from engage.people.account_models import Account
from engage.people.models import Organisation, Person, Relationship, YoungPerson
from tests.database import ENVIRON


@pytest.fixture
def run(app, clock):
    """Type a command against the app on its empty database."""

    def type_in(*words, code=0, env=None, **more):
        done = CliRunner(env=env).invoke(main, [str(w) for w in words], obj=lambda: app, **more)
        assert done.exit_code == code, (done.output, done.exception)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return type_in


@pytest.fixture
def northtown(run):
    run("organisation", "create", "--name", "Northtown Council", "--neutral-name", "Northtown",
        "--number", "07700 900000")  # fmt: skip


def rows(app, model):
    with app.app_context():
        return db.session.query(model).all()


@pytest.mark.parametrize("command", [
    ["doctor"], ["db", "current"], ["keys", "status"], ["audit", "verify"], ["run"], ["web"],
    ["worker"], ["seed-demo"], ["organisation", "create", "--name", "a", "--neutral-name", "b"],
    ["import", "staff", os.devnull], ["inspect", "messages"], ["retention", "run"],
    ["backup", "/nonexistent"], ["restore", "/"],
])  # fmt: skip
def test_bad_settings_are_named_one_a_line_and_nothing_starts(command, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("ENGAGE_", "TWILIO_", "DATABASE_URL")):
            monkeypatch.delenv(name)
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    lines = done.stderr.splitlines()
    assert len(lines) >= 4
    assert all(line.split(":")[0].replace("_", "").isupper() for line in lines)


def test_fresh_keys_are_usable_settings_and_never_the_same(run):
    first, second = run("keys", "new").stdout, run("keys", "new").stdout
    assert first != second
    given = dict(line.split("=", 1) for line in first.splitlines())
    url = {"ENGAGE_PUBLIC_URL": "https://example.org"}
    assert config.load({**given, **url}).is_production


def test_the_organisation_takes_its_country_from_its_policy(app, run):
    run("organisation", "create", "--name", "N", "--neutral-name", "North",
        "--policy", "missouri", "--number", "(202) 555-0100")  # fmt: skip
    (made,) = rows(app, Organisation)
    assert (made.region, made.service_number, made.policy) == ("US", "+12025550100", "missouri")


def test_an_unknown_policy_is_refused_in_one_line(app, run):
    done = run("organisation", "create", "--name", "N", "--neutral-name", "N",
               "--policy", "atlantis", code=1)  # fmt: skip
    assert "atlantis: there is no such policy pack" in done.stderr
    assert rows(app, Organisation) == []


def test_staff_get_a_link_that_works_once(app, run, northtown):
    done = run("staff", "create", "--name", "Sam", "--email", "Sam@Example.org",
               "--role", "social_worker", "--team", "North team")  # fmt: skip
    assert done.stdout.startswith("http://localhost/")
    (account,) = rows(app, Account)
    with app.app_context():
        assert db.session.merge(account).email_address == "sam@example.org"
    again = run("staff", "create", "--name", "Sam", "--email", "sam@example.org",
                "--role", "admin", code=1)  # fmt: skip
    assert "email: is taken by a member of staff" in again.stderr


def test_people_come_in_together_or_not_at_all(app, run, northtown, tmp_path):
    staff, young = tmp_path / "staff.csv", tmp_path / "young.csv"
    staff.write_text("name,email,roles,team\nSam,sam@example.org,social_worker,North team\n")
    young.write_text(
        "name,phone,birth_date,language,team,home,social_worker\n"
        "Maya,07700 900001,2010-03-04,en,North team,Hazel House,sam@example.org\n"
        "Kit,,,cy,north TEAM,,\n"
    )
    run("import", "staff", staff)
    run("import", "young-people", young, "--dry-run")
    assert rows(app, YoungPerson) == []
    ids = run("import", "young-people", young).stdout.split()
    assert len(ids) == 2
    (link,) = rows(app, Relationship)
    assert (str(link.young_person_id), link.kind) == (ids[0], "social_worker")
    carers = tmp_path / "carers.csv"
    carers.write_text(f"name,phone,young_people\nJo,07700 900002,{ids[0]}\n")
    run("import", "carers", carers)
    with app.app_context():
        names = sorted(person.name for person in db.session.query(Person))
        assert names == ["Jo", "Kit", "Maya", "Sam"]
        maya = db.session.get(YoungPerson, db.session.query(YoungPerson).first().id)
        assert maya.phone in (None, "+447700900001")


def test_one_bad_line_keeps_every_line_out(app, run, northtown, tmp_path):
    file = tmp_path / "young.csv"
    file.write_text(
        "name,phone,social_worker\nMaya,07700 900001,\nKit,12,nobody@example.org\n=1+1,,\n"
    )
    done = run("import", "young-people", file, code=1)
    assert done.stderr.splitlines()[:2] == [
        "line 3, phone: is not a phone number",
        "line 4, name: starts with a sign that a spreadsheet would run",
    ]
    assert "Nothing was brought in" in done.stderr
    assert rows(app, Person) == []


def test_what_a_line_points_to_must_be_there(run, northtown, tmp_path):
    file = tmp_path / "carers.csv"
    missing = "0a1b2c3d-0000-4000-8000-000000000000"
    file.write_text(f"name,phone,young_people\nJo,07700 900002,{missing}\n")
    done = run("import", "carers", file, code=1)
    assert f"line 2, young_people: {missing} is not known here" in done.stderr


@pytest.mark.parametrize("kind", ["young-people", "carers", "staff"])
def test_every_template_is_a_file_that_comes_in(run, northtown, tmp_path, kind):
    sheet = run("import", kind, "--template").stdout
    file = tmp_path / "sheet.csv"
    file.write_text(sheet.replace(",sam@example.org\n", ",\n"))
    run("import", kind, file, "--dry-run")


def test_looking_into_something_masks_words_and_numbers_unless_revealed(app, run, cast):
    from engage.messaging.actions import InboundText, keep_inbound
    from tests.cast import NOW

    with app.app_context():
        text = InboundText("console", "x1", "+447700900101", "+447700900000", "at Elm Road")
        keep_inbound(text, source="console", now=NOW)
        db.session.commit()
    (line,) = run("inspect", "inbound", "--json").stdout.splitlines()
    shown = json.loads(line)
    assert (shown["body"], shown["from_number"]) == ("(11 signs)", "••• 101")
    assert "Elm" in run("inspect", "inbound", "--reveal").stdout
    with app.app_context():
        verbs = [entry.verb for entry in db.session.query(AuditEntry)]
    assert verbs.count("inspect:revealed") == 1
    assert run("inspect", "inbound", "--since", "2027-01-01").stdout == ""
    assert "--since takes" in run("inspect", "alerts", "--since", "soon", code=2).stderr


def test_an_episode_is_looked_into_without_what_people_wrote(app, run, cast):
    from tests.cast import NOW
    from tests.episodes.away import S, become, opened

    with app.app_context():
        episode = opened(cast, S.LATE)
        become(cast, episode, S.MISSING, NOW)
        episode_id = str(episode.id)
    (line,) = run("inspect", "episodes", "--json", "--since", "2020-01-01").stdout.splitlines()
    shown = json.loads(line)
    assert (shown["id"], shown["state"], shown["owner_id"]) == (
        episode_id, "missing", str(cast.sam)
    )  # fmt: skip
    assert [change["state"] for change in shown["changes"]] == ["late", "missing"]
    assert {clock["name"] for clock in shown["clocks"]} >= {"report_police", "report_ncmec"}
    assert {time["event"] for time in shown["times"]} >= {"discovered", "determined_missing"}
    assert "Maya" not in line
    with app.app_context():
        from engage.episodes.models import EpisodeChange

        change = db.session.query(EpisodeChange).order_by(EpisodeChange.number).first()
        change.reason = "at Nan Ruth's"
        db.session.commit()
    masked = run("inspect", "episodes", "--json", "--since", "2020-01-01").stdout
    assert "Ruth" not in masked and "(13 signs)" in masked
    assert "Ruth" in run("inspect", "episodes", "--since", "2020-01-01", "--reveal").stdout
    with app.app_context():
        entries = [e for e in db.session.query(AuditEntry) if e.verb == "inspect:revealed"]
        assert [e.object_kind for e in entries] == ["episodes"]
    assert run("inspect", "episodes", "--since", "2027-01-01").stdout == ""


def test_keys_are_changed_without_losing_a_word(app, run, cast, settings):
    old = ENVIRON["ENGAGE_ENCRYPTION_KEYS"]
    try:
        crypto.configure(f"k2:{new_key()},{old}", settings.index_key)
        assert "k2: 0 values (writes)" in run("keys", "status").stdout
        assert "Do not take out k1 yet" in run("keys", "verify").stdout
        moved = int(run("keys", "rotate").stdout.split()[0].replace(",", ""))
        assert moved > 40
        assert "k1" not in run("keys", "status").stdout
        assert f"All {moved:,} sealed values open.\n" == run("keys", "verify").stdout
        assert run("keys", "rotate").stdout.startswith("0 values")
        with app.app_context():
            assert db.session.get(Person, cast.maya).name == "Maya"
    finally:
        crypto.configure(old, settings.index_key)


def test_a_value_that_does_not_open_is_named(app, run, cast, settings):
    try:
        crypto.configure(f"k1:{new_key()}", settings.index_key)
        for command in (["keys", "verify"], ["doctor"]):
            done = run(*command, code=1)
            assert "Traceback" not in done.output
        assert "do not open with the keys set" in run("keys", "verify", code=1).stderr
    finally:
        crypto.configure(ENVIRON["ENGAGE_ENCRYPTION_KEYS"], settings.index_key)


def test_the_audit_is_whole_until_somebody_changes_it(app, run, cast):
    from engage.audit.actions import seal
    from tests.cast import NOW

    with app.app_context():
        seal(now=NOW)
        db.session.commit()
    head = run("audit", "verify").stdout.split()[-1]
    run("audit", "verify", "--head", head)
    number = int(head.partition(":")[0])
    assert number > 10
    wrong = f"{number + 1}:{'0' * 64}"
    assert "does not hold the kept head" in run("audit", "verify", "--head", wrong, code=1).stderr


def test_every_policy_pack_can_be_used_and_a_bad_one_is_named(run, tmp_path):
    assert "policy packs, no mistake" in run("policy", "check").stdout
    (tmp_path / "local.toml").write_text('title = "Local"\nversion = "soon"\n')
    done = run("policy", "check", tmp_path, code=1)
    assert "local.toml:2" in done.stderr


def test_the_doctor_names_what_is_missing_and_how_to_put_it_right(app, run, cast):
    done = run("doctor", code=1)
    assert "ok     Keys open what is stored" in done.stdout
    assert "wrong  Worker: it has never run: start `engage worker`." in done.stdout
    assert "things need attention" in done.stderr


def test_the_example_environment_is_printed_whole():
    done = CliRunner().invoke(main, ["doctor", "--env-example"])
    assert done.output == config.example()


def test_forgetting_ends_by_itself_and_says_what_went(app, run, cast):
    lines = run("retention", "run").stdout.splitlines()
    assert "sign-ins: 0" in lines


def test_the_cast_of_the_demonstration_never_goes_among_other_people(run, cast):
    done = run("seed-demo", code=1)
    assert done.stderr.strip() == "Error: The database holds other people. Nothing was added."
