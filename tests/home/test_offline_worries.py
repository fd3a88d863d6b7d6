"""What a carer's phone may keep: only what the carer may read, and a clock without rules."""

# ruff: noqa: F811 - fixtures of another folder, asked for by name

import gzip
import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage import clock
from engage.db import db
from engage.home.offline_worries import _due, worry_documents, young_people_to_keep
from engage.i18n import LOCALES, use_locale
from engage.people.access import SYSTEM, Object, Verb, may
from engage.people.actions import create_team, create_young_person, grant_role
from engage.people.copy_models import PhoneCopy
from engage.people.models import Organisation, Relationship, Role, RoleGrant
from engage.policy.queries import pack
from engage.web import static
from engage.worries import actions
from tests.cast import LONG_AGO, NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.page import Page, stands_in
from tests.plans.conftest import WORDS, MayasPlan, plan, written  # noqa: F401 - fixtures

MOST_PACKED = 5 * 1024  # bytes (issue 5)
PLACES = ["missouri", "california", "us-federal", "england", "scotland", "plymouth"]


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Any:
    with app.app_context():
        yield


def kept(cast: Cast, who: str = "jo") -> Any:
    return worry_documents(cast.viewer(getattr(cast, who)), clock.now())


def turn_on(browser: FlaskClient, what: str = "all") -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/this-phone").text)
    assert token is not None
    return browser.post("/this-phone/keep", data={"csrf_token": token[1], "what": what})


@pytest.mark.usefixtures("inside")
def test_a_carers_phone_keeps_the_questions_the_numbers_and_words_to_read_aloud(
    cast: Cast,
) -> None:
    (document,) = kept(cast)
    worry = document["worry"]
    assert (document["title"], worry["emergency"], worry["set"]) == ("Maya", "999", "2026-1")
    assert [p["id"] for p in worry["prompts"]][:4] == ["danger", "harm", "made_to_go", "health"]
    assert [p["danger"] for p in worry["prompts"]][:3] == [["yes"], ["yes"], []]
    assert all(p["ask"] and "%(" not in p["ask"] for p in worry["prompts"])
    assert {one["name"] for one in worry["helpers"]} >= {"Sam"}
    assert all(one["phone"].startswith("+44") for one in worry["helpers"])
    (english,) = worry["spoken"]
    assert english["gates"]["danger"].endswith("Yes.")
    assert "They have done nothing wrong." in english["last"][0]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("code", [code for code in LOCALES if code != "en"])
def test_it_speaks_the_carers_language_and_that_of_those_who_answer_the_call(
    cast: Cast, code: str
) -> None:
    with use_locale(code):
        (document,) = kept(cast)
    assert document["lang"] == code
    assert [one["lang"] for one in document["worry"]["spoken"]] == ["en", code]
    asked = [p["ask"] for p in document["worry"]["prompts"]]
    assert asked != [p["ask"] for p in kept(cast)[0]["worry"]["prompts"]]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "who", ["maya", "kit", "sam", "sue", "adil", "ade", "zed_worker", "zed_carer", "far_zed_carer"]
)
def test_others_are_given_nothing_of_maya(cast: Cast, who: str) -> None:
    assert "Maya" not in json.dumps(kept(cast, who))
    assert cast.maya not in [one.id for one in young_people_to_keep(
        cast.viewer(getattr(cast, who)), now=NOW)]  # fmt: skip


def test_only_what_is_shared_with_the_carer_is_kept(written: MayasPlan) -> None:
    with written.app.app_context():
        written.share("safe|role:carer")
        before = json.dumps(worry_documents(written.viewer("jo"), NOW))
        written.share("try_first|role:carer")
        after = worry_documents(written.viewer("jo"), NOW)
    # What is no part of trying first is not kept, shared or not.
    assert not [words for words in WORDS.values() if words in before]
    assert WORDS["try_first"] in json.dumps(after[0]["blocks"])
    # Numbers are for the buttons: they stand in no words.
    assert "+44" not in json.dumps(after[0]["blocks"])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("age", [None, 0, 9, 12, 13, 14, 15, 17, 18, 20])
def test_after_how_long_a_report_is_due_is_the_strictest_rule_of_the_place(
    place: str, age: int | None
) -> None:
    found = _due(place, age)
    rules = [c for c in pack(place).clocks if c.name.startswith("report_") and c.holds((), age)]
    noticed = {"discovered", "information_received"}
    first = [c.duration.total_seconds() for c in rules if c.starts_at in noticed]
    decided = [*first, *(c.duration.total_seconds() for c in rules
                         if c.starts_at == "determined_missing")]  # fmt: skip
    assert found["worried"] == (min(first) if first else None)
    assert found["missing"] == (min(decided) if decided else None)
    said = {f"{pack(rule.pack).title}: {rule.source}" for rule in rules}
    assert not rules or any(found["source"].endswith(each) for each in said)


@pytest.mark.usefixtures("inside")
def test_while_a_worry_runs_the_phone_has_its_own_instant_and_what_was_answered(
    cast: Cast,
) -> None:
    db.session.get_one(Organisation, cast.organisation).policy = "missouri"
    now = clock.now()
    jo = cast.viewer(cast.jo)
    worry = actions.begin(jo, cast.maya, address=ADDRESS, now=now)
    actions.answer(jo, worry.id, "danger", "no", key="k", address=ADDRESS, now=now)
    db.session.commit()
    (document,) = kept(cast)
    assert document["worry"]["done"] == ["danger"]
    due = int((now + timedelta(hours=2)).timestamp() * 1000)
    assert abs(document["worry"]["at"] - due) < 1000


def test_the_page_says_what_is_kept_before_it_is(app: Flask, cast: Cast, sign_in: Any) -> None:
    jo = sign_in(app.test_client(), cast.jo)
    page = Page(jo.get("/this-phone"))
    assert "Someone who uses this phone could find that it keeps something." in page
    assert "Press Leave, and answers that were not sent yet are gone too." in page
    assert "Keep the page to check in" not in page and "Choose a PIN" in page
    assert Page(jo.get("/")).links["For when there is no signal Keep the questions and the numbers "
                                   "on this phone"] == "/this-phone"  # fmt: skip


def test_jo_sees_her_phones_and_takes_one_off(app: Flask, cast: Cast, sign_in: Any) -> None:
    jo = sign_in(app.test_client(), cast.jo)
    token = turn_on(jo).get_json()["token"]
    page = Page(jo.get("/this-phone"))
    action = next(form.action for form in page.forms if form.action.endswith("/end"))
    zed = sign_in(app.test_client(), cast.zed_carer)
    csrf = Page(zed.get("/phone-sign-in")).form().values["csrf_token"]
    assert zed.post(action, data={"csrf_token": csrf}).status_code == 404
    page.form(action).submit(jo)
    with app.app_context():
        assert db.session.query(PhoneCopy).one().ended_at is not None
    still = app.test_client().post("/this-phone/still", data={"token": token})
    assert still.status_code == 410


def test_newer_questions_are_given_to_their_own_person_alone(
    app: Flask, cast: Cast, sign_in: Any
) -> None:
    jo = sign_in(app.test_client(), cast.jo)
    given_ = turn_on(jo).get_json()
    fresh = jo.post("/this-phone/fresh", data={"token": given_["token"]})
    assert fresh.get_json()["documents"] == given_["documents"]
    assert fresh.get_json()["about"] == given_["about"]
    others = [app.test_client(), sign_in(app.test_client(), cast.zed_carer)]
    for other in others:
        answer = other.post("/this-phone/fresh", data={"token": given_["token"]})
        assert (answer.status_code, answer.text) == (401, "")
    assert jo.post("/this-phone/fresh", data={"token": "no such"}).status_code == 401


def test_who_looks_after_them_no_more_has_a_phone_that_forgets(
    app: Flask, cast: Cast, sign_in: Any
) -> None:
    jo = sign_in(app.test_client(), cast.jo)
    kept_ = turn_on(jo).get_json()
    sent = {"token": kept_["token"], "about": " ".join(kept_["about"])}
    # Only we know whom these stand for.
    assert len(kept_["about"]) == 1 and str(cast.maya) not in json.dumps(kept_["about"])
    assert app.test_client().post("/this-phone/still", data=sent).status_code == 204
    _end_care(app, cast.jo)
    assert app.test_client().post("/this-phone/still", data=sent).status_code == 410


def _end_care(app: Flask, carer: UUID) -> None:
    with app.app_context():
        for row in db.session.query(Relationship).filter_by(person_id=carer):
            row.ends_at = clock.now()
        db.session.commit()


@pytest.mark.parametrize("code", LOCALES)
def test_the_kept_page_says_nothing_of_anybody(
    app: Flask, cast: Cast, sign_in: Any, code: str
) -> None:
    jo = sign_in(app.test_client(), cast.jo)
    token = turn_on(jo).get_json()["token"]
    headers = {"X-Phone": token, "Accept-Language": code}
    page = app.test_client().get("/this-phone/worried", headers=headers).text
    for name in ("Maya", "Northtown", "Sam", "Olu", "Hazel"):
        assert not stands_in(name, page), name
    for word in ("csrf", "Engage", "+447700900"):
        assert word not in page, word
    assert 'href="tel:999"' in page and f'lang="{code}"' in page


def test_what_a_phone_loads_to_ask_without_a_signal_is_small() -> None:
    weight = len((static.DIST / static.manifest()["worried.mjs"]).read_bytes())
    packed = len(gzip.compress((static.DIST / static.manifest()["worried.mjs"]).read_bytes(), 9))
    assert packed <= MOST_PACKED < weight


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("place", PLACES)
def test_how_long_somebody_may_leave_it_is_the_packs_time(cast: Cast, place: str) -> None:
    db.session.get_one(Organisation, cast.organisation).policy = place
    wait = kept(cast)[0]["worry"]["wait"]
    rule = pack(place).strictest("recheck").duration
    assert wait == {"most": rule.total_seconds(), "agreed": None, "margin": 600, "least": 300}


def rota_ends(app: Flask, cast: Cast, at: Any) -> None:
    with app.app_context():
        for grant in db.session.query(RoleGrant).filter_by(person_id=cast.olu):
            grant.ends_at = at
        db.session.commit()


class TestTheRota:
    """Who is on the rota of nights and weekends keeps the same, and only for as long."""

    def test_olu_keeps_those_of_her_team_and_the_numbers(self, app: Flask, cast: Cast) -> None:
        with app.app_context():
            found = kept(cast, "olu")
        assert "Maya" in [one["title"] for one in found]
        assert not [one["title"] for one in found if "Zed" in one["title"]]

    def test_she_keeps_what_maya_shares_with_the_rota_and_nothing_else(
        self, written: MayasPlan
    ) -> None:
        with written.app.app_context():
            written.share("safe|role:out_of_hours")
            before = json.dumps(worry_documents(written.viewer("olu"), NOW))
            written.share("try_first|role:out_of_hours")
            after = json.dumps(worry_documents(written.viewer("olu"), NOW))
        assert not [words for words in WORDS.values() if words in before]
        assert WORDS["try_first"] in after

    def test_a_second_role_adds_nothing_to_what_the_phone_keeps(
        self, app: Flask, cast: Cast
    ) -> None:
        with app.app_context():
            house = db.session.get_one(Organisation, cast.organisation)
            other = create_team(SYSTEM, house.id, "Far team", now=LONG_AGO)
            far = create_young_person(
                SYSTEM, organisation_id=house.id, team_id=other.id, name="Noor", now=LONG_AGO
            )
            grant_role(SYSTEM, cast.olu, Role.SUPERVISOR, team_id=other.id, now=LONG_AGO)
            db.session.commit()
            found = young_people_to_keep(cast.viewer(cast.olu), now=NOW)
            assert far.id not in [one.id for one in found]

    def test_whoever_is_not_back_comes_first(self, app: Flask, cast: Cast) -> None:
        with app.app_context():
            olu = cast.viewer(cast.olu)
            create_young_person(
                SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name="Zoe",
                now=LONG_AGO,
            )  # fmt: skip
            db.session.commit()
            first = [one.id for one in young_people_to_keep(olu, now=NOW)]
            assert len(first) > 1
            actions.begin(olu, first[-1], address=ADDRESS, now=NOW)
            db.session.commit()
            assert young_people_to_keep(olu, now=NOW)[0].id == first[-1]

    def test_it_is_turned_on_by_her_and_ends_with_the_rota(
        self, app: Flask, cast: Cast, sign_in: Any
    ) -> None:
        ends = clock.now() + timedelta(hours=9)
        rota_ends(app, cast, ends)
        olu = sign_in(app.test_client(), cast.olu)
        page = Page(olu.get("/this-phone"))
        assert "goes when your time on the rota ends" in page and "Choose a PIN" in page
        assert "/this-phone" in Page(olu.get("/")).links.values()
        given_ = turn_on(olu).get_json()
        assert given_["carer"] and given_["until"] == int(ends.timestamp() * 1000)
        sent = {"token": given_["token"], "about": " ".join(given_["about"])}
        anybody = app.test_client()
        assert anybody.post("/this-phone/still", data=sent).status_code == 204
        assert olu.post("/this-phone/fresh", data=sent).status_code == 200
        rota_ends(app, cast, clock.now() - timedelta(minutes=1))
        assert anybody.post("/this-phone/still", data=sent).status_code == 410
        assert olu.get("/this-phone").location == "/c"

    def test_moved_to_another_team_her_phone_forgets(
        self, app: Flask, cast: Cast, sign_in: Any
    ) -> None:
        given_ = turn_on(sign_in(app.test_client(), cast.olu)).get_json()
        with app.app_context():
            other = create_team(SYSTEM, cast.organisation, "Far team", now=LONG_AGO)
            for grant in db.session.query(RoleGrant).filter_by(person_id=cast.olu):
                grant.team_id = other.id
            db.session.commit()
        sent = {"token": given_["token"], "about": " ".join(given_["about"])}
        assert app.test_client().post("/this-phone/still", data=sent).status_code == 410

    @pytest.mark.parametrize("who", ["sam", "sue", "adil", "zed_worker", "far_zed_worker"])
    def test_workers_of_the_day_keep_nothing(
        self, app: Flask, cast: Cast, sign_in: Any, who: str
    ) -> None:
        browser = sign_in(app.test_client(), getattr(cast, who))
        assert browser.get("/this-phone").location == "/c"
        with app.app_context():
            assert kept(cast, who) == []
            assert not may(cast.viewer(getattr(cast, who)), Verb.CREATE, Object.LINKS, None,
                           now=NOW, owner_id=getattr(cast, who)) or who == "adil"  # fmt: skip

    def test_the_kept_page_speaks_of_the_rota(self, app: Flask, cast: Cast, sign_in: Any) -> None:
        for who, words in (("olu", "of your rota"), ("jo", "The people you care for")):
            token = turn_on(sign_in(app.test_client(), getattr(cast, who))).get_json()["token"]
            page = app.test_client().get("/this-phone/worried", headers={"X-Phone": token}).text
            assert words in page and not stands_in("Maya", page)
