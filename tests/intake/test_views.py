"""The pages of referrals: the inbox, writing one down, deciding, and what strangers find."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.models import Episode, EpisodeTime
from engage.episodes.rules import Event
from engage.i18n import LOCALES
from engage.intake.actions import Arrived, receive
from engage.intake.arriving import SetAside
from engage.intake.models import Referral, ReferralFile
from engage.intake.rules import CameBy, Trouble
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast
from tests.intake.conftest import WORDS, came, draft
from tests.page import Page, stands_in

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
ENDS = ("", "/who", "/correct", "/give", "/same", "/end", "/reopen", "/away")


@pytest.fixture
def sams(client: FlaskClient, cast: Cast, sign_in: SignIn) -> FlaskClient:
    return sign_in(client, cast.sam)


@pytest.fixture
def referral(app: Flask, cast: Cast) -> UUID:
    with app.app_context():
        return came(cast, at=NOW - timedelta(hours=2), since=NOW - timedelta(hours=5))


def decided(sams: FlaskClient, referral: UUID, person: object, known: str) -> Page:
    form = Page(sams.get(f"/referrals/{referral}/who")).form(f"/referrals/{referral}/who")
    return form.fill(person=str(person), known=known).send(sams)


def test_a_worker_finds_it_says_whose_it_is_begins_a_time_away_and_ends_it(
    app: Flask, sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    here = f"/referrals/{referral}"
    assert "1 referral waits for somebody" in Page(sams.get("/")).main_text
    page = Page(sams.get("/referrals"))
    assert "Somebody is missing: Maya" in page.main_text and "2 hours ago" in page.main_text
    page = Page(sams.get(here))
    assert WORDS in page.main_text and "Begin a time away" not in page.main_text
    page = decided(sams, referral, cast.maya, "looked_after")
    assert "Yes: they are looked after" in page.main_text
    away = Page(sams.get(f"{here}/away")).form(f"{here}/away")
    assert (away.values["state"], away.values["on"], away.values["at"]) == (
        ["missing"], ["2026-11-22"], ["13:00"],
    )  # fmt: skip
    page = away.send(sams)
    with app.app_context():
        episode = db.session.scalars(select(Episode)).one()
        assert (episode.young_person_id, episode.state) == (cast.maya, "missing")
        times = {row.event: row.at for row in db.session.scalars(select(EpisodeTime))}
        assert times[Event.INFORMATION_RECEIVED] == NOW - timedelta(hours=2)
        assert times[Event.LAST_CONTACT] == NOW - timedelta(hours=5)
    assert "Go to the time away that runs" in Page(sams.get(here)).main_text
    page = Page(sams.get(f"{here}/end")).form(f"{here}/end").fill(
        state="done", reason="We are looking for her"
    ).send(sams)  # fmt: skip
    assert "We are looking for her" in page.main_text and "Open it again" in page.main_text


def test_what_came_in_about_one_young_person_is_listed(
    sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    decided(sams, referral, cast.maya, "looked_after")
    page = Page(sams.get(f"/young-people/{cast.maya}"))
    page = page.click(sams, "Referrals What others let us know about them")
    assert "Somebody is missing: Maya" in page.main_text


def test_whose_names_were_shown_is_written_down_and_said_first(
    app: Flask, sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    shown = Page(sams.get(f"/referrals/{referral}/who")).main_text
    assert shown.index("It is written down that you saw") < shown.index("North team")
    with app.app_context():
        line = db.session.scalars(
            select(AuditEntry).where(
                AuditEntry.verb == "referral:compared", AuditEntry.subject_id == cast.maya
            )
        ).one()
        assert line.actor_id == cast.sam


def test_what_is_handed_on_to_others_is_out_of_sight(
    app: Flask, client: FlaskClient, cast: Cast, referral: UUID, sign_in: SignIn
) -> None:
    wyns = sign_in(client, cast.kits_worker)
    decided(wyns, referral, cast.maya, "looked_after")
    form = Page(wyns.get(f"/referrals/{referral}/give")).form(f"/referrals/{referral}/give")
    # Her own team and worker are offered first.
    assert (form.values["team"], form.values["owner"]) == ([str(cast.team)], [str(cast.sam)])
    page = form.send(wyns)
    assert "Those who look after them have it now" in page.main_text
    assert wyns.get(f"/referrals/{referral}").status_code == 404
    sams = sign_in(app.test_client(), cast.sam)
    assert "1 referral waits for somebody" in Page(sams.get("/")).main_text


def test_nobody_here_is_said_with_whether_they_are_known(
    sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    page = decided(sams, referral, "nobody", "not_known")
    assert "Nobody with a record here" in page.main_text
    assert "No: social care does not know them" in page.main_text


@pytest.mark.parametrize(
    ("person", "known", "told"),
    [
        ("", "known", "Pick who it is, or that it is nobody here."),
        ("maya", "", "Pick one."),
        ("maya", "not_known", "Who has a record here is known. Pick one of the first two."),
        ("nobody", "looked_after", "Who is looked after has a record here. Look for them again."),
        ("far_zed_young", "known", "Pick one of the answers."),
    ],
)
def test_what_cannot_be_about_a_person_is_told(
    person: str, known: str, told: str, sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    form = Page(sams.get(f"/referrals/{referral}/who")).form(f"/referrals/{referral}/who")
    form.values["person"] = [str(getattr(cast, person, person))]
    form.values["known"] = [known]
    answer = form.submit(sams)
    assert answer.status_code == 400 and Page(answer).errors == [told]


def test_a_name_is_written_anew_and_looked_for_again(
    sams: FlaskClient, cast: Cast, app: Flask
) -> None:
    with app.app_context():
        here = f"/referrals/{came(cast, name='Mija', birth_date=None)}"
    assert "We found nobody alike" in Page(sams.get(f"{here}/who")).main_text
    form = Page(sams.get(f"{here}/correct")).form(f"{here}/correct")
    assert form.values["name"] == ["Mija"]
    wrong = form.fill(birth_date="1900-01-01", phone="call").submit(sams)
    assert Page(wrong).errors == [
        "Write the date of birth, like 2010-12-31.",
        "This is not a phone number. Leave it empty if there is none.",
    ]
    page = form.fill(name="Maya", birth_date="2011-10-13", phone="").send(sams)
    assert "Same name and date of birth" in page.main_text
    assert "Mija" in Page(sams.get(here)).main_text


def test_two_that_are_one_are_put_together_and_both_stay_readable(
    app: Flask, sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    with app.app_context():
        later = came(cast, "2", words="The school called")
    page = Page(sams.get(f"/referrals/{later}"))
    assert "1 other may be the same" in page.main_text
    form = Page(sams.get(f"/referrals/{later}/same")).form(f"/referrals/{later}/same")
    assert Page(form.submit(sams)).errors == ["Pick one."]
    page = form.fill(other=str(referral)).send(sams)
    assert WORDS in page.main_text and "The school called" in page.main_text
    page = Page(sams.get(f"/referrals/{later}"))
    assert "It was put together with one that came first" in page.main_text
    reopen = page.click(sams, "Open it again").form(f"/referrals/{later}/reopen")
    assert Page(reopen.submit(sams)).errors == ["Write it in a few words."]
    assert "Another evening" in reopen.fill(reason="Another evening").send(sams).main_text


def filled(sams: FlaskClient, **other: str) -> object:
    form = Page(sams.get("/referrals/new")).form("/referrals/new")
    return form.fill({
        "source": "school", "about": "worry", "words": "She did not come", "name": "Maya",
        "birth_date": "2011-10-13", "contact": "Ms Hall, 07700 900020",
    } | other)  # fmt: skip


def test_a_worker_writes_one_down_and_twice_pressed_is_once_kept(
    app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    form = filled(sams, on="2026-11-22", at="08:30")
    first, again = form.submit(sams), form.submit(sams)  # type: ignore[attr-defined]
    assert first.status_code == 303 and first.location == again.location
    page = Page(sams.get(first.location))
    assert "A school or college" in page.main_text and "Ms Hall" in page.main_text
    changed = form.fill(words="She did come later").submit(sams)  # type: ignore[attr-defined]
    assert changed.location != first.location
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Referral)) == 2


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"source": ""}, ["Pick who tells us."]),
        ({"words": "", "name": ""}, ["Write what they told you, or at least a name."]),
        ({"birth_date": "13/10/2011"}, ["Write the date of birth, like 2010-12-31."]),
        ({"phone": "12"}, ["This is not a phone number. Leave it empty if there is none."]),
        ({"at": "08:30"}, ["Write the day and the time, like 2026-11-22 and 21:30."]),
        ({"on": "2027-01-01", "at": "08:30"},
         ["This is still to come, or years ago. Look at it again."]),
        ({"words": "x" * 8001}, ["This is 1 letter too long. Please make it shorter."]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    sent: dict[str, str], told: list[str], sams: FlaskClient
) -> None:
    answer = filled(sams, **sent).submit(sams)  # type: ignore[attr-defined]
    page = Page(answer)
    assert answer.status_code == 400 and page.errors == told
    assert page.form("/referrals/new").values["contact"] == ["Ms Hall, 07700 900020"]


def test_a_mail_says_that_anybody_could_write_it_and_its_files_are_taken_along_as_files(
    app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        files = (SetAside("<b>form.pdf", 3, b"abc"), SetAside("run.exe", 2, b"MZ"),
                 SetAside("film.mov", 10**8, None))  # fmt: skip
        said = draft(trouble=Trouble.FILES_LEFT, words="<script>alert(1)</script>")
        arrived = Arrived(said, CameBy.EMAIL, "<1@b>", files)
        here = f"/referrals/{receive(SYSTEM, cast.organisation, arrived, now=NOW)[0].id}"
        db.session.commit()
        kept = {each.name: each.id for each in db.session.scalars(select(ReferralFile))}
    page = Page(sams.get(here))
    assert "Anybody can write an email under any name" in page.main_text
    assert "<script>alert(1)</script>" in page.main_text and "film.mov: too big" in page.main_text
    assert "Some files were too big or too many" in page.main_text
    for name, ending in (("<b>form.pdf", "pdf"), ("run.exe", "bin")):
        answer = sams.get(f"{here}/files/{kept[name]}")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="file.{ending}"'
    assert sams.get(f"{here}/files/{kept['film.mov']}").status_code == 404


def test_nobody_called_zed_finds_a_referral_that_is_matched(
    app: Flask, sams: FlaskClient, cast: Cast, referral: UUID, sign_in: SignIn
) -> None:
    decided(sams, referral, cast.maya, "looked_after")
    for person in (*cast.strangers.values(), cast.jo, cast.maya, cast.ines, cast.adil):
        zeds = sign_in(app.test_client(), person)
        for end in ENDS:
            assert zeds.get(f"/referrals/{referral}{end}").status_code == 404, end
        assert zeds.get(f"/young-people/{cast.maya}/referrals").status_code == 404
        shown = zeds.get("/referrals").get_data(as_text=True)
        assert not stands_in("Maya", shown) and str(referral) not in shown


def test_nobody_of_another_house_finds_one_that_waits(
    app: Flask, cast: Cast, referral: UUID, sign_in: SignIn
) -> None:
    for person in (cast.far_zed_worker, cast.far_zed_supervisor):
        zeds = sign_in(app.test_client(), person)
        token = Page(zeds.get("/referrals/new")).form().values["csrf_token"][0]
        for end in ENDS:
            path = f"/referrals/{referral}{end}"
            assert zeds.get(path).status_code == 404, end
            sent = {"csrf_token": token, "reason": "x", "state": "done", "person": "nobody",
                    "known": "known", "owner": str(person)}  # fmt: skip
            assert not end or zeds.post(path, data=sent).status_code == 404, end


def test_a_supervisor_begins_no_time_away(
    client: FlaskClient, sams: FlaskClient, app: Flask, cast: Cast, referral: UUID,
    sign_in: SignIn,
) -> None:  # fmt: skip
    decided(sams, referral, cast.maya, "looked_after")
    sues = sign_in(app.test_client(), cast.sue)
    assert "Begin a time away" not in Page(sues.get(f"/referrals/{referral}")).main_text
    assert sues.get(f"/referrals/{referral}/away").status_code == 404


def test_times_that_cannot_be_are_told_beside_the_field(
    sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    decided(sams, referral, cast.maya, "looked_after")
    here = f"/referrals/{referral}/away"
    form = Page(sams.get(here)).form(here)
    for sent in ({"on": "2027-01-01", "at": "10:00"}, {"on": "", "at": "10:00"}):
        answer = form.fill(sent).submit(sams)
        assert answer.status_code == 400 and len(Page(answer).errors) == 1
    page = form.fill(on="", at="").send(sams)
    again = form.fill(on="", at="").submit(sams)
    assert again.location == page.path


def test_what_is_over_is_not_decided_again(sams: FlaskClient, cast: Cast, referral: UUID) -> None:
    here = f"/referrals/{referral}"
    form = Page(sams.get(f"{here}/end")).form(f"{here}/end")
    assert form.fill(state="not_ours", reason="Lives elsewhere").submit(sams).status_code == 303
    assert form.submit(sams).status_code == 409
    assert "Lives elsewhere" in Page(sams.get("/referrals?state=not_ours")).click(
        sams, "Somebody is missing: Maya"
    ).main_text  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_the_pages_speak_every_language(
    locale: str, sams: FlaskClient, cast: Cast, referral: UUID
) -> None:
    decided(sams, referral, cast.maya, "looked_after")
    here = f"/referrals/{referral}"
    for path in ("/referrals", "/referrals/new", *(f"{here}{end}" for end in ENDS)):
        assert Page(sams.get(f"{path}?lang={locale}")).lang == locale, path
