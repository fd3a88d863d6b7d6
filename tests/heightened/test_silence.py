"""Nothing of it goes to the police, to the young person as a label, or to their carers."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.episodes.models import Episode
from engage.heightened import actions
from engage.heightened.labels import KINDS, SIGNS
from engage.heightened.rules import Kind, Sign, State
from engage.missing_pack.gathering import gather, offered_parts, what_is_allowed
from engage.missing_pack.models import MissingPack
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import opened
from tests.heightened.conftest import answered, changed, looked, noted, noticed
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
MARK = "zebrafish"
# `Something else` stands on many pages and says nothing.
LABELS = {str(each) for each in (*KINDS.values(), *SIGNS.values())} - {"Something else"}


@pytest.fixture
def full(app: Flask, cast: Cast) -> Cast:
    """Everything there is, each with a mark in its words, and Maya away."""
    with app.app_context():
        flags = [noted(cast, kind, f"{MARK} {kind}") for kind in Kind if kind is not Kind.SIGN]
        sign = noticed(cast)
        actions.say_more(cast.viewer(cast.jo), sign.id, Sign.PACKED, f"{MARK} bag", now=NOW)
        answered(cast, *flags[:3], what=f"{MARK} open")
        changed(cast, answered(cast, flags[3], what=f"{MARK} over"), State.DONE, f"{MARK} did")
        answered(cast, flags[4], state=State.NOT_NOW, what=f"{MARK} reason")
        looked()
        opened(cast, policy="england")
    return cast


def said(text: str) -> list[str]:
    """What of it stands in a text."""
    return [each for each in (MARK, "help_flag", "help_offer", *LABELS) if each in text]


def test_the_pages_for_those_who_search_hold_nothing_of_it_whatever_is_allowed(
    app: Flask, full: Cast
) -> None:
    with app.app_context():
        episode = db.session.query(Episode).one()
        parts = tuple(offered_parts())
        allowed = what_is_allowed(SYSTEM, full.maya, now=NOW, override=parts)
        made = gather(SYSTEM, episode, allowed, now=NOW)
        assert said(json.dumps(made.content, ensure_ascii=False)) == []


def test_what_is_told_to_the_police_and_what_is_taken_along_hold_nothing_of_it(
    app: Flask, full: Cast, sign_in: SignIn, clock: object
) -> None:
    clock.shift(timedelta(minutes=5))  # type: ignore[attr-defined]
    sams = sign_in(app.test_client(), full.sam)
    with app.app_context():
        episode = db.session.query(Episode).one().id
    page = Page(sams.get(f"/episodes/{episode}/pack"))
    page.form(f"/episodes/{episode}/pack").submit(sams)
    with app.app_context():
        pack = db.session.query(MissingPack).one().id
    told = Page(sams.get(f"/episodes/{episode}/told")).links
    notices = [x for x in told.values() if x.startswith(f"/episodes/{episode}/told/")]
    assert notices
    for path in (
        f"/episodes/{episode}", f"/packs/{pack}", f"/packs/{pack}/call",
        f"/episodes/{episode}/timeline", f"/timeline/{full.maya}?print=1", *notices,
    ):  # fmt: skip
        response = sams.get(path)
        assert response.status_code == 200, path
        assert said(response.text) == [], path
    for kind in ("csv", "json"):
        form = {"csrf_token": page.form().values["csrf_token"][0], "as": kind}
        assert said(sams.post(f"/timeline/{full.maya}/file", data=form).text) == []


def test_the_young_person_reads_the_offer_and_never_the_label(
    app: Flask, full: Cast, sign_in: SignIn
) -> None:
    mayas = sign_in(app.test_client(), full.maya)
    shown = mayas.get("/offered").text
    assert f"{MARK} open" in shown and f"{MARK} did" in shown
    assert f"{MARK} reason" not in shown and f"{MARK} bag" not in shown
    for path in ("/", "/offered", f"/timeline/{full.maya}", "/you-said"):
        page = mayas.get(path)
        assert page.status_code == 200
        assert not [label for label in LABELS if label in page.text], path
    assert mayas.get(f"/young-people/{full.maya}/support").status_code == 404


def test_a_carer_reads_their_own_sign_and_nothing_else(
    app: Flask, full: Cast, sign_in: SignIn
) -> None:
    jos = sign_in(app.test_client(), full.jo)
    for path in ("/", f"/worried/{full.maya}"):
        assert said(jos.get(path).text) == [], path
    assert jos.get(f"/young-people/{full.maya}/support").status_code == 404


def test_there_is_no_number_no_rank_and_no_colour_for_a_child(
    app: Flask, full: Cast, sign_in: SignIn
) -> None:
    sams = sign_in(app.test_client(), full.sam)
    for path in (f"/young-people/{full.maya}/support", "/support-needed"):
        response = sams.get(path)
        shown = Page(response).main_text.lower()
        for word in ("score:", "high risk", "low risk", "medium", "points", "rank", "%"):
            assert word not in shown, (path, word)
        main = response.text.partition("<main")[2].partition("</main>")[0]
        assert "is-urgent" not in main


def test_the_texts_of_it_hold_nothing_either(app: Flask, full: Cast) -> None:
    from engage.messaging.models import Message

    with app.app_context():
        sent = db.session.query(Message).all()
        assert {"alert_sign", "something_to_read"} <= {each.template for each in sent}
        for each in sent:
            assert said(f"{each.params or ''} {each.body or ''}") == []
    assert ADDRESS
