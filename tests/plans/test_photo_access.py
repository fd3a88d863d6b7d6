"""Who may see the photo in a plan: every role, related or not, shared or not, and when it ends."""

from uuid import UUID

import pytest

from engage import clock
from engage.db import db
from engage.people.actions import end_placement
from engage.people.viewer import SYSTEM
from tests.page import Page
from tests.plans.conftest import MayasPlan
from tests.plans.photo_page import acts, look, put_in, rows


@pytest.fixture
def pictured(plan: MayasPlan) -> MayasPlan:
    """Maya's plan with her photo, shared with nobody."""
    put_in(plan, "maya")
    return plan


WHO = ["maya", "jo", "sam", "sue", "olu", "ines", "adil", "kit", "kits_carer", "kits_worker",
       "zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor",
       "far_zed_carer", "far_zed_young"]  # fmt: skip
# Sharing with carers and social workers opens it to those around Maya, and to whoever supervises.
SEES = {
    "nobody": {"maya"},
    "role:carer": {"maya", "jo", "sue"},
    "role:social_worker": {"maya", "sam", "sue"},
    "role:out_of_hours": {"maya", "olu", "sue"},
}


@pytest.mark.parametrize("shared", SEES)
@pytest.mark.parametrize("who", WHO)
def test_only_those_with_whom_it_is_shared_see_it(
    pictured: MayasPlan, who: str, shared: str
) -> None:
    if shared != "nobody":
        with pictured.app.app_context():
            pictured.share(f"photo|{shared}")
    assert look(pictured, who) == (200 if who in SEES[shared] else 404)


@pytest.mark.parametrize("who", [one for one in WHO if "zed" in one or one.startswith("kit")])
def test_strangers_find_neither_the_page_nor_the_picture_nor_the_buttons(
    pictured: MayasPlan, who: str
) -> None:
    put_in(pictured, "sam")
    browser = pictured.browser(who)
    token = Page(browser.get("/phone-sign-in")).form().values["csrf_token"]
    for path in ("photo", "photo/kept.jpg", "photo/waiting.jpg"):
        assert browser.get(f"{pictured.path}/{path}").status_code == 404
    for path in ("photo", "photo/yes", "photo/away"):
        answer = browser.post(f"{pictured.path}/{path}", data={"csrf_token": token})
        assert answer.status_code == 404
    assert rows(pictured) == 2


def test_nobody_is_sent_to_sign_in_and_sees_no_difference(pictured: MayasPlan) -> None:
    browser = pictured.app.test_client()
    there = browser.get(f"{pictured.path}/photo/kept.jpg")
    nowhere = browser.get(f"/plans/{UUID(int=7)}/photo/kept.jpg")
    assert there.status_code == nowhere.status_code == 303
    assert there.location.partition("?")[0] == nowhere.location.partition("?")[0]


def test_taking_back_the_sharing_hides_it_at_the_next_request(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        pictured.share("photo|role:carer")
    assert look(pictured, "jo") == 200
    with pictured.app.app_context():
        pictured.share()
    assert look(pictured, "jo") == 404
    assert pictured.browser("jo").get(f"{pictured.path}/photo").status_code == 404


def test_after_the_move_the_former_carer_sees_it_no_more(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        pictured.share("photo|role:carer")
    assert look(pictured, "jo") == 200
    with pictured.app.app_context():
        end_placement(SYSTEM, pictured.cast.placement, now=clock.now())
        db.session.commit()
    assert look(pictured, "jo") == 404


def test_whoever_looked_is_written_down_and_maya_can_read_it(pictured: MayasPlan) -> None:
    with pictured.app.app_context():
        pictured.share("photo|role:carer", "photo|role:social_worker")
    look(pictured, "jo")
    look(pictured, "zed_carer")
    look(pictured, "maya")
    page = Page(pictured.browser("maya").get(f"{pictured.path}/photo"))
    assert "Who looked at it" in page
    assert page.text.count("Jo, ") == 1
    assert "Zed" not in page
    assert acts(pictured).count("photo:opened") == 1
    # The page alone shows no picture, so opening it is not a look at the photo.
    pictured.browser("sam").get(f"{pictured.path}/photo")
    assert acts(pictured).count("photo:opened") == 1
