"""The daily mail of what is left: one a day however many go round, and nothing about anybody."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from engage.audit.models import AuditEntry
from engage.db import db, transaction
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import NoticeState
from engage.evidence.queries import gaps
from engage.heightened.actions import notice_sign
from engage.messaging.none import NoProvider
from engage.oversight import gap_mailing
from engage.oversight.gap_actions import choose_mail
from engage.oversight.gap_models import GapMail
from engage.oversight.gap_queries import gap_counts
from engage.oversight.gap_rules import LEASE
from engage.people import account_actions, actions
from engage.people.access import SYSTEM
from engage.people.models import Organisation, Person, Role
from engage.worker.gap_mail import send_gap_mails
from tests.cast import LONG_AGO, NOW
from tests.episodes.away import S, opened, seen_as
from tests.staffings.mailserver import mail_server, read

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# NOW is a Sunday at six in the evening; this is the Monday at eight in London.
MORNING = NOW + 14 * HOUR
SUE = "sue@staff.example"


@pytest.fixture
def inside(app, cast):
    """Maya is missing and nobody has been told; only Sue has an address."""
    with app.app_context():
        account_actions.create_account(SYSTEM, cast.sue, SUE, password="x", now=NOW)
        opened(cast, S.MISSING, policy="missouri", now=NOW)
        db.session.commit()
        yield cast


@pytest.fixture
def post(inside, settings):
    """Go round as a worker does; return the letters taken so far."""
    with mail_server() as (address, letters):
        ours = settings.model_copy(update={"mail_url": address})

        def send(now, **changed):
            send_gap_mails(ours.model_copy(update=changed), NoProvider(), now)
            db.session.expire_all()
            return [read(each) for each in letters]

        yield send


def rows():
    db.session.expire_all()
    return db.session.query(GapMail).order_by(GapMail.on).all()


def of(cast, person):
    return [row for row in rows() if row.person_id == getattr(cast, person)]


def settle_everything():
    for row in db.session.query(EpisodeNotice):
        row.state = NoticeState.DONE
    db.session.commit()


def test_the_mail_holds_numbers_and_two_addresses_and_nothing_about_anybody(post, inside):
    [letter] = post(MORNING)
    assert letter["To"] == SUE and letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_content().replace("\r\n", "\n")
    found = gap_counts(seen_as(inside.sue, MORNING), now=MORNING)
    assert found.open > 1 and found.late >= 1
    assert f"{found.open} things are still open." in body
    assert f"With each worker: {found.open}" in body and f"In each home: {found.open}" in body
    assert body.count("\n\n") == 5
    assert "/missing/gaps\n" in body and "/missing/gaps/by-worker" in body
    named = [str(person.name) for person in db.session.query(Person)]
    for word in (*named, "Hazel", "missing from", "police", "care ", "young"):
        assert word.lower() not in f"{letter['Subject']} {body}".lower().replace(
            "missing/gaps", ""
        ), word


def test_it_is_not_sent_before_its_hour_and_once_a_day_after_it(post, inside):
    assert post(MORNING - HOUR) == [] and rows() == []
    assert len(post(MORNING)) == 1
    for hours in (1, 5, 15):
        assert len(post(MORNING + hours * HOUR)) == 1
    assert len(post(MORNING + DAY)) == 2
    assert [row.sent_at for row in of(inside, "sue")] == [MORNING, MORNING + DAY]
    sent = db.session.query(AuditEntry).filter_by(verb="gap_mail:sent")
    assert sent.count() == 2


def test_the_hour_is_a_setting_and_the_organisations_own_clock_counts(post, inside):
    assert len(post(NOW, gaps_mail_at="18:30")) == 0
    db.session.get_one(Organisation, inside.organisation).time_zone = "America/Chicago"
    db.session.commit()
    assert len(post(MORNING)) == 0, "two in the night in Chicago"
    assert len(post(MORNING + 6 * HOUR)) == 1
    assert len(post(MORNING + 6 * HOUR, gaps_mail_at="00:00")) == 1


def test_nothing_is_sent_when_nothing_is_open_and_the_day_is_done_with(post, inside):
    settle_everything()
    assert post(MORNING) == []
    [row] = of(inside, "sue")
    assert (row.sent_at, row.mail_due_at) == (None, None)
    opened_again = db.session.query(EpisodeNotice).first()
    opened_again.state = NoticeState.OPEN
    db.session.commit()
    assert post(MORNING + HOUR) == [], "what came up since stands in the mail of tomorrow"
    assert len(post(MORNING + DAY)) == 1


def test_who_stopped_it_gets_none_until_they_want_it_again(post, inside):
    sue = seen_as(inside.sue)
    choose_mail(sue, wanted=False, now=NOW)
    choose_mail(sue, wanted=False, now=NOW)
    db.session.commit()
    assert post(MORNING) == [] and of(inside, "sue") == []
    choose_mail(sue, wanted=True, now=NOW)
    db.session.commit()
    assert len(post(MORNING + HOUR)) == 1
    said = db.session.query(AuditEntry).filter(AuditEntry.verb.like("gap_mail:%ed"))
    assert sorted(row.verb for row in said) == ["gap_mail:stopped", "gap_mail:wanted"]


def test_only_supervisors_in_force_with_an_address_get_one(post, inside):
    for name in ("sam", "olu", "ines", "adil"):
        address = f"{name}@staff.example"
        person = getattr(inside, name)
        account_actions.create_account(SYSTEM, person, address, password="x", now=NOW)
    db.session.commit()
    assert [letter["To"] for letter in post(MORNING)] == [SUE]
    supervisors = {inside.sue, inside.far_zed_supervisor}
    assert {row.person_id for row in rows()} == supervisors


def test_who_supervises_another_team_hears_nothing_of_this_one(post, inside, cast):
    west = actions.create_team(SYSTEM, cast.organisation, "West team", now=LONG_AGO).id
    una = actions.create_worker(SYSTEM, organisation_id=cast.organisation, name="Una", now=LONG_AGO)
    actions.grant_role(SYSTEM, una.id, Role.SUPERVISOR, team_id=west, now=LONG_AGO)
    account_actions.create_account(SYSTEM, una.id, "una@staff.example", password="x", now=NOW)
    account_actions.create_account(
        SYSTEM, cast.far_zed_supervisor, "zed@staff.example", password="x", now=NOW
    )
    db.session.commit()
    assert [letter["To"] for letter in post(MORNING)] == [SUE]


def test_two_workers_going_round_at_once_send_one(app, inside, settings):
    gate, wrong = threading.Barrier(2), []

    def go_round(ours):
        try:
            with app.app_context():
                gate.wait(60)
                send_gap_mails(ours, NoProvider(), MORNING)
        except Exception as error:  # noqa: BLE001 - it would only be printed in a thread
            wrong.append(error)

    with mail_server() as (address, letters):
        ours = settings.model_copy(update={"mail_url": address})
        threads = [threading.Thread(target=go_round, args=(ours,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        db.session.rollback()
        send_gap_mails(ours, NoProvider(), MORNING)
        assert wrong == [] and len(letters) == 1
    assert len(of(inside, "sue")) == 1


def test_a_mail_another_worker_has_is_left_alone_and_one_that_died_is_taken_over(post, inside):
    with transaction(db.session):
        gap_mailing.begin_day(now=MORNING, at=gap_mailing.time(7, 30))
    [row] = of(inside, "sue")
    with transaction(db.session):
        assert gap_mailing.claim(row.id, now=MORNING) == MORNING + LEASE
    with transaction(db.session):
        assert gap_mailing.claim(row.id, now=MORNING) is None
    assert post(MORNING + LEASE - HOUR / 60) == []
    [letter] = post(MORNING + LEASE)
    assert letter["Message-ID"].startswith(f"<{row.id}@")


def test_who_comes_back_too_late_changes_nothing(inside):
    with transaction(db.session):
        gap_mailing.begin_day(now=MORNING, at=gap_mailing.time(7, 30))
    [row] = of(inside, "sue")
    with transaction(db.session):
        old = gap_mailing.claim(row.id, now=MORNING)
        new = gap_mailing.claim(row.id, now=MORNING + LEASE)
        gap_mailing.note_failed(row.id, old, now=MORNING + LEASE)
        gap_mailing.note_sent(row.id, old, was_sent=True, now=MORNING + LEASE)
    [row] = of(inside, "sue")
    assert (row.mail_due_at, row.tries, row.sent_at) == (new, 0, None)


def test_a_server_that_is_away_is_tried_again_and_given_up_when_the_day_is_over(inside, settings):
    ours = settings.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    now = MORNING
    for tries in range(1, 6):
        send_gap_mails(ours, NoProvider(), now)
        [row] = of(inside, "sue")
        assert row.tries == tries and row.mail_due_at > now
        now = row.mail_due_at
    send_gap_mails(ours, NoProvider(), now)
    [row] = of(inside, "sue")
    assert (row.tries, row.mail_due_at, row.sent_at) == (6, None, None)


def test_a_mail_of_yesterday_is_not_sent_today(post, inside):
    with transaction(db.session):
        gap_mailing.begin_day(now=MORNING, at=gap_mailing.time(7, 30))
    assert len(post(MORNING + DAY)) == 1
    assert [row.sent_at for row in of(inside, "sue")] == [None, MORNING + DAY]


def test_without_a_mail_server_no_day_begins(inside, settings):
    send_gap_mails(settings, NoProvider(), MORNING)
    assert rows() == []


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
def test_it_comes_in_the_language_of_whoever_reads_it(post, inside, locale):
    db.session.get_one(Person, inside.sue).locale = locale
    db.session.commit()
    [letter] = post(MORNING)
    assert letter["Subject"] and "%(" not in letter.get_content()
    assert "/missing/gaps" in letter.get_content()
    assert (letter["Subject"] == "What is still open today") is (locale == "en")


def test_the_numbers_are_those_of_the_list(inside):
    for name in ("sue", "sam", "olu", "zed_worker", "ines", "far_zed_supervisor", "adil"):
        viewer = seen_as(getattr(inside, name), MORNING)
        there, found = gaps(viewer, now=MORNING), gap_counts(viewer, now=MORNING)
        assert (found.open, found.late) == (len(there), sum(each.is_late for each in there)), name
        assert sum(each.open for each in found.by_home) == found.open
    found = gap_counts(seen_as(inside.sue, MORNING), now=MORNING)
    assert [each.name for each in found.by_worker] == ["Sam"]


def test_counting_costs_the_same_however_much_is_left(inside):
    seen = []

    def count(conn, cursor, statement, parameters, context, many):
        seen.append(statement)

    sue = seen_as(inside.sue, MORNING)
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        gap_counts(sue, now=MORNING)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len([each for each in seen if each.lstrip().upper().startswith("SELECT")]) == 4


def test_rows_go_after_a_month(post, inside):
    post(MORNING)
    for now, left in ((MORNING + 29 * DAY, 2), (MORNING + 32 * DAY, 0)):
        with transaction(db.session):
            gap_mailing.forget_mails(now=now)
        assert len(rows()) == left


def test_a_sign_that_waits_is_counted_and_nothing_is_said_of_it(post, inside):
    sign = notice_sign(seen_as(inside.jo, NOW), inside.maya, address="https://x.example", now=NOW)
    sign.words = "zebrafish bag"
    db.session.commit()
    [letter] = post(MORNING)
    body = letter.get_content().replace("\r\n", "\n")
    assert "1 sign that was noticed has no answer yet. See which:" in body
    assert "/support-needed\n" in body and "zebrafish" not in body and "Maya" not in body
    assert gap_counts(seen_as(inside.sue, MORNING), now=MORNING).signs == 1


def test_a_sign_alone_is_a_mail_and_one_taken_back_is_none(post, inside):
    settle_everything()
    first = notice_sign(seen_as(inside.jo, NOW), inside.maya, address="https://x.example", now=NOW)
    db.session.commit()
    [letter] = post(MORNING)
    body = letter.get_content()
    assert "1 sign" in body and "still open" not in body and "With each worker" not in body
    first.ended_at, first.asks_at = MORNING, None
    db.session.commit()
    assert len(post(MORNING + DAY)) == 1, "nothing more"


def test_only_signs_of_ones_own_teams_are_counted(inside):
    notice_sign(seen_as(inside.kits_carer, NOW), inside.kit, address="https://x.example", now=NOW)
    db.session.commit()
    assert gap_counts(seen_as(inside.sue, MORNING), now=MORNING).signs == 0
    assert gap_counts(seen_as(inside.kits_worker, MORNING), now=MORNING).signs == 1
    for name in ("jo", "maya", "adil", "ines", "far_zed_supervisor"):
        assert gap_counts(seen_as(getattr(inside, name), MORNING), now=MORNING).signs == 0
