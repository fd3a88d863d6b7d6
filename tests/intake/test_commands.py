"""Mail by pipe and mailbox, tokens, and the spreadsheet: all or nothing, each bad line named."""

import mailbox
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from engage.audit.models import AuditEntry
from engage.cli import main
from engage.db import db
from engage.intake.models import Referral, ReferralFile, ReferralSender
from engage.operators import importing, referral_commands
from engage.people import actions
from engage.people.access import SYSTEM
from engage.people.models import Organisation
from tests.cast import NOW, Cast

HEADER = "reference,about,from,name,birth_date,phone,since,words,contact"
MAIL = (
    b"From: PC Reed <reed@police.example>\r\nMessage-ID: <1@police.example>\r\n"
    b"Subject: Missing\r\n\r\nName: Maya\r\nDate of birth: 13/10/2011\r\n"
)


@pytest.fixture
def run(app: Flask, clock: object):
    """Type a command; one organisation is there."""
    with app.app_context():
        actions.create_organisation(SYSTEM, name="N", neutral_name="N", policy="england", now=NOW)
        db.session.commit()

    def type_in(*words: object, code: int = 0, **more: object):
        done = CliRunner().invoke(main, [str(w) for w in words], obj=lambda: app, **more)
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return type_in


def stored(app: Flask) -> list[Referral]:
    with app.app_context():
        return list(db.session.scalars(select(Referral).order_by(Referral.received_at)))


def sheet(tmp_path: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    file = tmp_path / "referrals.csv"
    file.write_bytes("\r\n".join([header, *lines, ""]).encode(encoding))
    return file


def line(number: int, name: str = "Maya Brown") -> str:
    return f"R{number},missing,police,{name},2010-03-04,,,Not back,"


def test_a_mail_from_a_pipe_is_kept_once(app: Flask, run) -> None:
    assert run("referrals", "take-mail", "--from", "police", input=MAIL).stdout == "Kept.\n"
    assert "came before" in run("referrals", "take-mail", "--from", "police", input=MAIL).stdout
    (one,) = stored(app)
    assert (one.source, one.came_by, one.trouble) == ("police", "email", None)
    with app.app_context():
        one = db.session.scalars(select(Referral)).one()
        assert (one.name, one.birth_date) == ("Maya", "2011-10-13")


def test_other_words_under_a_mark_that_was_used_are_kept_too(app: Flask, run) -> None:
    run("referrals", "take-mail", input=MAIL)
    for _ in range(2):
        run("referrals", "take-mail", input=MAIL.replace(b"Missing", b"Back"))
    assert len(stored(app)) == 2


def test_a_mail_that_cannot_be_kept_is_given_back_for_later(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(referral_commands, "receive", fail)
    done = run("referrals", "take-mail", code=75, input=MAIL)
    assert "try again later" in done.stderr
    run("referrals", "take-mail", code=1, input=b" \n")


def test_a_mailbox_is_read_as_often_as_one_likes_and_never_changed(
    app: Flask, run, tmp_path: Path
) -> None:
    file = tmp_path / "in.mbox"
    box = mailbox.mbox(file)
    for number in range(3):
        mail = Message()
        mail["From"], mail["Message-ID"] = "a@b.example", f"<{number}@b.example>"
        mail.set_payload("From here on\nshe was not seen")
        box.add(mail)
    box.close()
    before = file.read_bytes()
    assert run("referrals", "take-mailbox", file).stdout == "3 kept, 0 came before.\n"
    assert run("referrals", "take-mailbox", file).stdout == "0 kept, 3 came before.\n"
    assert file.read_bytes() == before and len(stored(app)) == 3
    empty = tmp_path / "empty.mbox"
    empty.write_bytes(b"")
    assert run("referrals", "take-mailbox", empty).stdout == "0 kept, 0 came before.\n"


def test_a_file_that_came_along_is_kept_sealed(app: Flask, run) -> None:
    mail = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: application/pdf; name=form.pdf\r\n\r\nabc\r\n--b--"
    )
    run("referrals", "take-mail", input=mail)
    with app.app_context():
        file = db.session.scalars(select(ReferralFile)).one()
        assert (file.name, file.content, file.is_kept) == ("form.pdf", b"abc", True)


def test_a_token_is_shown_once_and_ends_at_once(app: Flask, run) -> None:
    added = run("referrals", "add-sender", "--name", "Police system", "--from", "police")
    sender, token = added.stdout.split()
    listed = run("referrals", "senders").stdout
    assert listed == f"{sender} Police system (police): may send\n" and token not in listed
    run("referrals", "revoke-sender", sender)
    run("referrals", "revoke-sender", sender)
    assert "ended 2026-11-22" in run("referrals", "senders").stdout
    run("referrals", "revoke-sender", "00000000-0000-0000-0000-000000000000", code=1)
    run("referrals", "add-sender", "--name", " ", code=2)
    with app.app_context():
        assert token not in db.session.scalars(select(ReferralSender.token_digest)).one()
        acts = select(AuditEntry.verb).where(AuditEntry.object_kind == "referral_sender")
        assert sorted(db.session.scalars(acts)) == [
            "referral_sender:added", "referral_sender:revoked",
        ]  # fmt: skip


def test_of_several_organisations_one_is_named(app: Flask, run) -> None:
    with app.app_context():
        far = actions.create_organisation(
            SYSTEM, name="S", neutral_name="S", policy="england", now=NOW
        ).id
        db.session.commit()
    assert "several" in run("referrals", "take-mail", code=1, input=MAIL).stderr
    run("referrals", "take-mail", "--organisation", far, input=MAIL)
    assert [each.organisation_id for each in stored(app)] == [far]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_sheet_comes_in_however_it_was_saved(
    encoding: str, separator: str, app: Flask, run, tmp_path: Path
) -> None:
    words = [HEADER, "R1,missing,police,Zoë,2010-03-04,07700 900101,2026-11-22 21:30,Gone,PC Reed"]
    lines = [each.replace(",", separator) for each in words]
    file = sheet(tmp_path, *lines[1:], header=lines[0], encoding=encoding)
    assert "All 1 lines are good" in run("import", "referrals", file, "--dry-run").stdout
    assert stored(app) == []
    run("import", "referrals", file)
    with app.app_context():
        one = db.session.scalars(select(Referral)).one()
        assert (one.name, one.phone, one.contact) == ("Zoë", "+447700900101", "PC Reed")
        assert one.since_at == datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    again = run("import", "referrals", file, code=1)
    assert "line 2, reference: came in before" in again.stderr


@pytest.mark.parametrize(
    ("lines", "header", "told"),
    [
        ([line(1), line(1)], HEADER, "line 3, reference: is the same as in line 2"),
        (["R1,gone,police,Maya,,,,,"], HEADER, "line 2, about: use one of"),
        (["R1,missing,us,Maya,,,,,"], HEADER, "line 2, from: use one of"),
        (["R1,missing,police,,,,,,"], HEADER, "line 2, words: say something"),
        (["R1,missing,police,Maya,4/3/10,,,,"], HEADER, "line 2, birth_date: write the date"),
        (["R1,missing,police,Maya,,12,,,"], HEADER, "line 2, phone: is not a phone number"),
        (["R1,missing,police,Maya,,,2026-11-22,,"], HEADER, "line 2, since: write the day"),
        (["R1,missing,police,Maya,,,2026-03-29 01:30,,"], HEADER, "line 2, since: no clock"),
        ([f"R1,missing,police,Maya,,,,{'x' * 8001},"], HEADER, "line 2, words: is longer"),
        (["R1,missing,police,=1+1,,,,,"], HEADER, "line 2, name: starts with a sign"),
        ([line(1)], HEADER.replace("contact", "name"), "line 1, name: this column stands here"),
        ([line(1)], HEADER.replace("reference", "ref"), "line 1, reference: this column is"),
    ],
)
def test_each_bad_line_is_named_and_nothing_comes_in(
    lines: list[str], header: str, told: str, app: Flask, run, tmp_path: Path
) -> None:
    done = run("import", "referrals", sheet(tmp_path, *lines, header=header), code=1)
    assert told in done.stderr and "Nothing was brought in" in done.stderr
    assert stored(app) == []


def test_the_template_is_a_good_sheet(app: Flask, run, tmp_path: Path) -> None:
    made = run("import", "referrals", "--template").stdout
    file = tmp_path / "template.csv"
    file.write_text(made)
    assert made.splitlines()[0] == HEADER
    run("import", "referrals", file)
    assert len(stored(app)) == 1


def test_more_than_one_batch_comes_in_and_each_leaves_a_line(
    app: Flask, run, tmp_path: Path
) -> None:
    run("import", "referrals", sheet(tmp_path, *[line(number) for number in range(501)]))
    with app.app_context():
        acts = select(func.count()).where(AuditEntry.verb == "referral:came")
        assert (len(stored(app)), db.session.scalar(acts)) == (501, 501)


@pytest.mark.once
def test_three_bad_lines_of_a_hundred_thousand_are_named_and_nothing_comes_in(
    app: Flask, cast: Cast
) -> None:
    lines = [line(number) for number in range(100_000)]
    for at in (0, 49_999, 99_999):
        lines[at] = f"R{at},gone,police,Maya,,,,,"
    data = "\n".join([HEADER, *lines]).encode()
    with app.app_context():
        house = db.session.get_one(Organisation, cast.organisation)
        with pytest.raises(importing.BadFile) as bad:
            importing.check_sheet("referrals", data, house)
    assert [(each.line, each.column) for each in bad.value.problems] == [
        (2, "about"), (50_001, "about"), (100_001, "about"),
    ]  # fmt: skip
