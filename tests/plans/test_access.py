"""Who finds a plan, from when and until when."""

import pytest
from flask import Flask

from engage.db import db
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import RelationshipKind
from engage.people.queries import people_around
from tests.cast import NOW
from tests.page import Page
from tests.plans.conftest import MayasPlan

OWN_PAGES = ("/people", "/people/new", "/check-in-person", "/words", "/sharing", "/opened")
PAGES = ("", "/safe", "/agree", "/changes", "/versions", "/print", "/review", *OWN_PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_zed_finds_nothing(written: MayasPlan, path: str) -> None:
    for name in written.cast.strangers:
        assert written.browser(name).get(written.path + path).status_code == 404
    for name in ("kit", "kits_carer", "kits_worker", "adil"):
        assert written.browser(name).get(written.path + path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_nobody_known_is_led_to_sign_in(app: Flask, written: MayasPlan, path: str) -> None:
    answer = app.test_client().get(written.path + path)
    assert answer.status_code == 303 and "sign-in" in answer.location


@pytest.mark.parametrize("path", OWN_PAGES)
def test_the_young_persons_own_pages_are_closed_to_others(written: MayasPlan, path: str) -> None:
    with written.app.app_context():
        written.share()
    readers = ("jo", "olu", "ines") if path == "/check-in-person" else ("jo", "sue", "olu", "ines")
    for name in readers:
        assert written.browser(name).get(written.path + path).status_code == 404


def test_what_is_not_shared_is_not_told_even_by_its_progress(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.write("maya", "ready", "Secret station")
    page = Page(plan.browser("jo").get(plan.path))
    # All but the facts that whoever cares for her and her workers keep for finding her.
    assert page.main_text.count("Not shared with you") == 25
    assert "Done" not in page.main_text and "Secret" not in page.html


def test_a_part_taken_back_is_gone_from_the_carers_next_page(live: MayasPlan) -> None:
    jo, maya = live.browser("jo"), live.browser("maya")
    for path in ("/safe", "/print", "/versions/1", "/changes"):
        assert "A door I can close" in Page(jo.get(live.path + path))
    form = Page(maya.get(f"{live.path}/sharing/with/carer")).form("/with/carer")
    form.fill({"part-safe": "never"}).send(maya)
    assert jo.get(f"{live.path}/safe").status_code == 404
    for path in ("/print", "/versions/1", "/changes"):
        assert "A door I can close" not in Page(jo.get(live.path + path))
    assert "A door I can close" in Page(live.browser("sam").get(f"{live.path}/print"))


def test_a_move_swaps_access_at_once(live: MayasPlan) -> None:
    cast = live.cast
    with live.app.app_context():
        placement = people.place(SYSTEM, cast.maya, "Oak House", now=NOW)
        people.assign(
            SYSTEM, cast.maya, cast.zed_carer, RelationshipKind.CARER,
            placement_id=placement.id, now=NOW,
        )  # fmt: skip
        db.session.commit()
    for path in ("", "/safe", "/print", "/agree", "/changes"):
        assert live.browser("jo").get(live.path + path).status_code == 404
    assert "A door I can close" in Page(live.browser("zed_carer").get(f"{live.path}/print"))
    assert live.browser("far_zed_carer").get(live.path).status_code == 404


def test_an_ended_worker_loses_the_plan_and_supervisors_read_it(live: MayasPlan) -> None:
    with live.app.app_context():
        found = people_around(SYSTEM, live.cast.maya, now=NOW, kinds=["social_worker"])
        people.end_assignment(SYSTEM, found[0].relationship_id, now=NOW)
        db.session.commit()
    assert live.browser("sam").get(live.path).status_code == 404
    assert "A door I can close" in Page(live.browser("sue").get(f"{live.path}/print"))


def test_the_young_person_sees_who_opened_what(written: MayasPlan) -> None:
    written.browser("jo").get(f"{written.path}/safe")
    written.browser("sue").get(f"{written.path}/print")
    written.browser("zed_carer").get(f"{written.path}/safe")
    page = Page(written.browser("maya").get(f"{written.path}/opened"))
    assert "Jo opened the part: What safe means to me." in page
    assert "Someone who works with you opened your plan." in page
    assert "Zed" not in page.main_text


def test_a_move_makes_the_plan_wait_for_its_worker_until_it_is_read_again(live) -> None:
    cast = live.cast
    queue = Page(live.browser("sam").get("/plans/to-review"))
    assert "There was a move to a new home" not in queue
    with live.app.app_context():
        people.place(SYSTEM, cast.maya, "Oak House", now=NOW)
        db.session.commit()
    queue = Page(live.browser("sam").get("/plans/to-review"))
    assert "There was a move to a new home" in queue and "25 Nov, 18:00" in queue
    sam = live.browser("sam")
    Page(sam.get(f"{live.path}/review")).form("/review").fill(outcome="agreed").send(sam)
    assert "There was a move" not in Page(sam.get("/plans/to-review"))


def test_what_is_shared_with_nobody_is_private_even_for_a_supervisor(live) -> None:
    sue = live.browser("sue")
    assert "A door I can close" in Page(sue.get(f"{live.path}/print"))
    with live.app.app_context():
        live.share("try_first|role:carer")
    for path in ("/print", "/versions/1", "/review"):
        page = Page(sue.get(live.path + path))
        assert "A door I can close" not in page and "Text me first" in page
    assert sue.get(f"{live.path}/safe").status_code == 404
