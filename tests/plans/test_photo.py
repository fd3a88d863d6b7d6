"""The photo in a plan: what is said of one, whose yes it needs, and how it goes away."""

import base64
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage

from engage import clock
from engage.crypto import CannotUnseal
from engage.db import db
from engage.operators import keys
from engage.people.models import Person
from engage.photos import actions as photo_actions
from engage.photos import queries as photo_queries
from engage.photos.pictures import read_picture
from engage.photos.rules import MOST_READ
from engage.plans import queries
from engage.plans.photo_models import PlanPhoto
from engage.web.errors import NotFound
from tests.page import Page
from tests.plans import photos
from tests.plans.conftest import MayasPlan
from tests.plans.photo_page import acts, look, post_parts, press, put_in, rows


@pytest.fixture
def pictured(plan: MayasPlan) -> MayasPlan:
    """Maya's plan with her photo, shared with nobody."""
    put_in(plan, "maya")
    return plan


def test_maya_puts_in_a_photo_and_sees_it(pictured: MayasPlan) -> None:
    page = Page(pictured.browser("maya").get(f"{pictured.path}/photo"))
    assert "Taken on 22 November 2026." in page
    assert "You said yes to it yourself." in page
    assert "Nobody has looked at it yet." in page
    answer = pictured.browser("maya").get(f"{pictured.path}/photo/kept.jpg")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data[:3] == b"\xff\xd8\xff"


def test_what_a_phone_writes_beside_the_picture_never_reaches_us(plan: MayasPlan) -> None:
    put_in(plan, "maya", photos.telling_jpeg(6))
    data = plan.browser("maya").get(f"{plan.path}/photo/kept.jpg").data
    assert not [secret for secret in photos.SECRETS if secret in data]


def test_in_the_database_there_is_no_picture_to_see(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        row = db.session.execute(text("SELECT * FROM plan_photos")).mappings().one()
        stored = str(row["picture"])
        assert stored.startswith("a.") or stored.partition(".")[0].isalnum()
        shown = db.session.scalars(select(PlanPhoto)).one().jpeg
        for start in range(0, 90, 30):
            assert base64.b64encode(shown[start : start + 30]).decode()[:36] not in stored


def test_a_picture_moved_to_another_row_does_not_open(pictured: MayasPlan, sign_in: object) -> None:
    with pictured.app.app_context():
        mine = db.session.scalars(select(PlanPhoto)).one()
        moved = PlanPhoto(
            young_person_id=pictured.cast.kit,
            jpeg=b"x",
            width=1,
            height=1,
            taken_on=clock.now().date(),
            added_by_id=pictured.cast.kit,
            added_at=clock.now(),
            agreed_at=clock.now(),
        )
        moved._picture = mine._picture
        with pytest.raises(CannotUnseal):
            _ = moved.jpeg


def test_a_new_key_seals_photos_anew(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        places = {place.column.name: place for place in keys.sealed_columns()
                  if place.table.name == "plan_photos"}  # fmt: skip
        assert places["picture"].names[-1] == "plan_photos.sealed_jpeg"
        found = keys.status(check=True)
        assert found.broken == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Choose a photo first."),
        (b"not a photo", "This is not a photo."),
        (photos.encoded(photos.portrait(), "GIF"), "We cannot use this kind of picture."),
        (photos.jpeg()[:900], "This photo is damaged"),
        (photos.png_head(50_000, 50_000), "too many dots"),
        (photos.animated("WEBP"), "This picture moves."),
        (photos.encoded(photos.portrait(20, 20), "PNG"), "too small"),
        (photos.jpeg() + b"\0" * (10 * 1024 * 1024), "bigger than 10 MB"),
    ],
    ids=["none", "words", "gif", "half", "bomb", "moving", "tiny", "heavy"],
)
def test_a_photo_that_cannot_be_kept_is_refused_beside_the_field(
    pictured: MayasPlan, data: bytes, words: str
) -> None:
    page = put_in(pictured, "maya", data, taken_on="2026-10-01")
    assert page.status == 400
    assert words in page
    assert page.form(f"{pictured.path}/photo").values["taken_on"] == ["2026-10-01"]
    # The one that was there is there still, and nothing is half kept.
    assert rows(pictured) == 1
    assert look(pictured, "maya") == 200


def test_a_file_too_large_to_read_is_refused_in_the_same_words(pictured: MayasPlan) -> None:
    answer = put_in(pictured, "maya", photos.jpeg() + b"\0" * (MOST_READ + 1000))
    assert answer.status_code == 303
    page = Page(pictured.browser("maya").get(answer.location))
    assert "bigger than 10 MB" in page
    assert rows(pictured) == 1


def test_every_other_page_still_refuses_large_bodies(pictured: MayasPlan) -> None:
    browser = pictured.browser("maya")
    page = Page(browser.get(f"{pictured.path}/photo"))
    token = page.form(f"{pictured.path}/photo").values["csrf_token"][0]
    for path in (f"{pictured.path}/photo/yes", f"{pictured.path}/safe", "/now"):
        file = FileStorage(io.BytesIO(b"x" * 100_000), "x.jpg")
        answer = post_parts(browser, path, {"csrf_token": token, "text": "x", "file": file})
        assert answer.status_code in {303, 413}
        if answer.status_code == 303:
            assert "too_big" in answer.location


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-23", "That day has not come yet."),
        ("2019-01-01", "more than five years ago"),
        ("soon", "Write the day like this"),
        ("", "Write the day like this"),
    ],
)
def test_the_day_is_checked_and_what_was_typed_stays(plan: MayasPlan, day: str, words: str) -> None:
    page = put_in(plan, "maya", taken_on=day)
    assert page.status == 400 and words in page
    if day:
        assert page.form(f"{plan.path}/photo").values["taken_on"] == [day]
    assert rows(plan) == 0


def test_without_a_yes_nothing_is_kept(plan: MayasPlan) -> None:
    page = put_in(plan, "maya", agreed=None)
    assert page.status == 400
    assert "Tick the box if you are OK with it." in page
    assert rows(plan) == 0


def test_a_new_photo_takes_the_place_of_the_old_one(pictured: MayasPlan) -> None:
    first = pictured.browser("maya").get(f"{pictured.path}/photo/kept.jpg").data
    put_in(pictured, "maya", photos.encoded(photos.portrait(colour="red"), "PNG"))
    assert rows(pictured) == 1
    assert pictured.browser("maya").get(f"{pictured.path}/photo/kept.jpg").data != first


def test_maya_takes_it_out_and_it_is_gone(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        pictured.share("photo|role:carer")
    assert press(pictured, "maya", "away") == 303
    assert rows(pictured) == 0
    assert look(pictured, "jo") == look(pictured, "maya") == 404
    assert "There is no photo." in Page(pictured.browser("maya").get(f"{pictured.path}/photo"))
    assert acts(pictured) == ["photo:added", "photo:dropped"]


def test_what_a_worker_puts_forward_nobody_else_sees_before_maya_says_yes(
    pictured: MayasPlan,
) -> None:
    with pictured.app.app_context():
        pictured.share("photo|role:carer", "photo|role:social_worker")
    put_in(pictured, "sam", photos.encoded(photos.portrait(colour="red"), "PNG"))
    assert rows(pictured) == 2
    assert look(pictured, "sam", "waiting") == look(pictured, "maya", "waiting") == 200
    assert look(pictured, "jo", "waiting") == look(pictured, "sue", "waiting") == 404
    page = Page(pictured.browser("maya").get(f"{pictured.path}/photo"))
    assert "Sam added this photo. Nobody else sees it unless you say yes." in page
    before = pictured.browser("jo").get(f"{pictured.path}/photo/kept.jpg").data
    assert press(pictured, "maya", "yes") == 303
    assert rows(pictured) == 1
    assert pictured.browser("jo").get(f"{pictured.path}/photo/kept.jpg").data != before


def test_a_yes_on_the_workers_screen_is_kept_as_such(plan: MayasPlan) -> None:
    put_in(plan, "sam")
    page = Page(plan.browser("sam").get(f"{plan.path}/photo"))
    assert "Hand them the screen." in page
    assert press(plan, "sam", "yes") == 303
    page = Page(plan.browser("maya").get(f"{plan.path}/photo"))
    assert "You said yes to it on your worker's screen." in page
    assert acts(plan)[:2] == ["photo:put_forward", "photo:agreed"] or "photo:agreed" in acts(plan)
    # Sharing is another choice: Sam, who added it, does not see it until Maya shares it.
    assert look(plan, "sam") == 404


def test_a_no_throws_away_what_waits_and_leaves_what_was_agreed(pictured: MayasPlan) -> None:
    put_in(pictured, "sam")
    assert press(pictured, "sam", "away") == 303
    assert rows(pictured) == 1
    assert look(pictured, "maya") == 200
    # There is nothing of his left for Sam to throw away.
    assert press(pictured, "sam", "away") == 404


def test_jo_may_not_add_one(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.share("photo|role:carer")
    browser = plan.browser("jo")
    page = Page(browser.get(f"{plan.path}/photo"))
    assert page.status == 200
    assert f"{plan.path}/photo" not in [form.action for form in page.forms]


def test_skipping_is_fine(plan: MayasPlan) -> None:
    answer = put_in(plan, "maya", b"", agreed=None, skip="1")
    assert answer.status_code == 303
    assert rows(plan) == 0


def test_an_old_photo_is_offered_to_be_renewed_and_named_for_the_review(
    pictured: MayasPlan, clock: object
) -> None:
    clock.shift(timedelta(days=180))
    today = date(2026, 11, 22) + timedelta(days=180)
    with pictured.app.app_context():
        sam = pictured.viewer("sam")
        maya = pictured.cast.maya
        assert photo_queries.old_photos(sam, [maya], today=today) == set()
    clock.shift(timedelta(days=1))
    with pictured.app.app_context():
        today += timedelta(days=1)
        assert photo_queries.old_photos(sam, [maya, pictured.cast.kit], today=today) == {maya}
        assert photo_queries.old_photos(sam, [], today=today) == set()
    pictured.browsers.clear()
    page = Page(pictured.browser("maya").get(f"{pictured.path}/photo"))
    assert "This photo is more than half a year old." in page


def test_a_photo_nobody_said_yes_to_is_forgotten_after_two_weeks(plan: MayasPlan) -> None:
    put_in(plan, "sam")
    put_in(plan, "maya")
    put_in(plan, "sam")
    with plan.app.app_context():
        now = clock.now()
        assert photo_actions.forget_photos(now=now + timedelta(days=14)) == 0
        assert photo_actions.forget_photos(now=now + timedelta(days=14, seconds=1)) == 1
        db.session.commit()
    assert rows(plan) == 1
    assert look(plan, "maya") == 200
    assert "photo:forgotten" in acts(plan)


def test_whoever_has_left_leaves_no_photo_behind(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        person = db.session.get(Person, pictured.cast.maya)
        person.ended_at = clock.now()
        db.session.commit()
        assert photo_actions.forget_photos(now=clock.now() + timedelta(hours=23)) == 0
        assert photo_actions.forget_photos(now=clock.now() + timedelta(hours=25)) == 1
        db.session.commit()
    assert rows(pictured) == 0


def test_the_picture_is_not_read_for_pages_that_do_not_show_it(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        maya = pictured.viewer("maya")
        page = queries.get_page(maya, pictured.id, now=clock.now())
        photo = photo_queries.find_photo(maya, page)
        assert photo is not None
        assert "_picture" not in photo.__dict__


def test_for_those_who_search_it_follows_the_same_sharing(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        maya, now = pictured.cast.maya, clock.now()
        olu, zed = pictured.viewer("olu"), pictured.cast.viewer(pictured.cast.zed_worker, now)
        assert photo_queries.photo_of(olu, maya, now=now) is None
        pictured.share("photo|role:out_of_hours")
        found = photo_queries.photo_of(olu, maya, now=now)
        assert found is not None and found.jpeg.startswith(b"\xff\xd8")
        assert photo_queries.photo_of(zed, maya, now=now) is None


def test_an_action_refuses_whoever_may_not(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        now = clock.now()
        picture = read_picture(photos.jpeg())
        for name in ("jo", "sue", "zed_worker", "kit"):
            viewer = pictured.cast.viewer(getattr(pictured.cast, name), now)
            with pytest.raises(NotFound):
                photo_actions.add_photo(viewer, pictured.id, picture, taken_on=now.date(), now=now)
            with pytest.raises(NotFound):
                photo_actions.agree_photo(viewer, pictured.id, now=now)
            with pytest.raises(NotFound):
                photo_actions.drop_photo(viewer, pictured.id, now=now)
