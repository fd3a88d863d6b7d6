"""A searcher's own link: no more than they need, one tap to answer, closed when it should be."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.audit.models import AuditEntry
from engage.db import db
from engage.efforts import look_actions, searcher_actions
from engage.efforts.look_actions import Guide
from engage.efforts.models import Searcher, SearcherLine
from engage.efforts.rules import (
    ONCE_IN,
    AskedTo,
    Looked,
    MayKnow,
    SearcherKind,
    SearcherState,
    is_said_again,
    may_invite,
    state_after,
)
from engage.efforts.searcher_actions import Asked
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.messaging.models import Message
from engage.people import links
from engage.people.models import Link, LinkKind
from engage.people.phones import NotANumber
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, own_number
from tests.efforts.conftest import episode_of
from tests.episodes.away import S, become
from tests.page import Page
from tests.sealing import all_sealed

MINUTE = timedelta(minutes=1)
GUIDE = Guide("The arcade by the canal", "until ten", "Sam", "+447700900123")
SHOP = Asked("Mr Shah", SearcherKind.COMMUNITY, [AskedTo.LOOK], [MayKnow.NOT_BACK], "07700 900777")
SECRETS = ("Maya", "arcade", "Sam's", "Mr Shah", "canal")
Begin = Callable[..., UUID]


@pytest.fixture
def searcher(app: Flask, cast: Cast, missing: Begin) -> UUID:
    episode_id = missing()
    with app.app_context():
        own_number(cast)
        made = searcher_actions.add_searcher(cast.viewer(cast.sam), episode_id, SHOP, now=NOW)
        db.session.commit()
        return made.id


def invited(cast: Cast, searcher_id: UUID, *, now=NOW, by_text=True, by: str = "sam") -> str:
    code = look_actions.invite(
        cast.viewer(getattr(cast, by)), searcher_id, GUIDE, address=ADDRESS, now=now,
        by_text=by_text,
    )  # fmt: skip
    db.session.commit()
    return code


def texts() -> list[Message]:
    found = db.session.scalars(select(Message).where(Message.template == "searcher_link"))
    return list(found)


def lines() -> list[tuple[str, str | None, UUID | None]]:
    rows = db.session.scalars(select(SearcherLine).order_by(SearcherLine.number))
    return [(row.state, row.looked, row.by_id) for row in rows]


def seen_alerts() -> list[Alert]:
    return list(db.session.scalars(select(Alert).where(Alert.kind == AlertKind.SEEN)))


@pytest.mark.parametrize(
    ("state", "minutes", "may"),
    [
        (SearcherState.NOTED, None, True),
        (SearcherState.ASKED, 9, False),
        (SearcherState.ASKED, 10, True),
        (SearcherState.YES, 11, True),
        (SearcherState.NO, 11, True),
        (SearcherState.STOPPED, None, False),
        (SearcherState.STOPPED, 600, False),
    ],
)
def test_nobody_gets_two_links_in_a_moment_and_none_who_wants_no_more(state, minutes, may) -> None:
    invited_at = None if minutes is None else NOW - minutes * MINUTE
    assert may_invite(state, invited_at, NOW) is may


@pytest.mark.parametrize("last", [None, *Looked])
@pytest.mark.parametrize("said", list(Looked))
def test_only_the_same_answer_within_ten_minutes_is_the_same_press(last, said) -> None:
    assert is_said_again(last, NOW, said, NOW + MINUTE) is (last is said)
    assert not is_said_again(last, NOW, said, NOW + ONCE_IN)
    assert not is_said_again(last, None, said, NOW)


def test_who_cannot_look_said_no_and_others_said_yes() -> None:
    assert [state_after(each) for each in Looked] == ["yes", "yes", "no"]


def test_the_text_names_nobody_and_goes_to_the_number_noted(app, cast, searcher) -> None:
    with app.app_context():
        code = invited(cast, searcher)
        (text,) = texts()
        assert text.to_number == "+447700900777" and text.person_id is None
        assert text.params is not None and f"/s/{code}" in text.params
        assert not [word for word in SECRETS if word in str(text.params) + str(text.body)]
        assert lines() == [("asked", None, cast.sam)]
        assert db.session.get_one(Searcher, searcher).state == "asked"


def test_one_of_the_three_gets_it_as_the_person_they_are(app, cast, missing) -> None:
    one = Asked("", SearcherKind.OTHER, [AskedTo.LOOK], person_id=cast.nan_ruth)
    episode_id = missing()
    with app.app_context():
        own_number(cast)
        made = searcher_actions.add_searcher(cast.viewer(cast.sam), episode_id, one, now=NOW)
        db.session.commit()
        invited(cast, made.id)
        assert [text.person_id for text in texts()] == [cast.nan_ruth]


def test_without_a_text_nothing_is_sent_and_the_link_works_all_the_same(
    app, cast, searcher
) -> None:
    with app.app_context():
        code = invited(cast, searcher, by_text=False)
        assert texts() == []
        assert links.find(LinkKind.SEARCHER, code, now=NOW) is not None


def test_a_number_that_cannot_be_texted_is_said_and_nothing_is_kept(app, cast, missing) -> None:
    episode_id = missing()
    with app.app_context():
        own_number(cast)
        asked = Asked("Bo", SearcherKind.FRIEND, [AskedTo.LOOK], phone="ask at the bar")
        made = searcher_actions.add_searcher(cast.viewer(cast.sam), episode_id, asked, now=NOW)
        db.session.commit()
        with pytest.raises(NotANumber):
            invited(cast, made.id)
        db.session.rollback()
        assert not db.session.scalars(select(Link).where(Link.kind == LinkKind.SEARCHER)).all()


def test_a_new_link_closes_the_one_before_and_a_day_closes_each(app, cast, searcher) -> None:
    with app.app_context():
        first = invited(cast, searcher)
        with pytest.raises(Changed):
            invited(cast, searcher, now=NOW + MINUTE)
        db.session.rollback()
        second = invited(cast, searcher, now=NOW + ONCE_IN)
        at = NOW + ONCE_IN
        assert links.find(LinkKind.SEARCHER, first, now=at) is None
        assert links.find(LinkKind.SEARCHER, second, now=at) is not None
        assert links.find(LinkKind.SEARCHER, second, now=at + timedelta(hours=24)) is None
        assert len({text.dedupe_key for text in texts()}) == 2


@pytest.mark.parametrize("state", [SearcherState.STOPPED, SearcherState.NO])
def test_who_says_no_or_enough_loses_the_link_at_once(app, cast, searcher, state) -> None:
    with app.app_context():
        code = invited(cast, searcher)
        searcher_actions.note_searcher(cast.viewer(cast.sam), searcher, state, now=NOW)
        db.session.commit()
        assert links.find(LinkKind.SEARCHER, code, now=NOW) is None
        assert db.session.get_one(Searcher, searcher).link_until is None


def test_after_the_return_nobody_is_given_a_link(app, cast, searcher) -> None:
    with app.app_context():
        episode = db.session.scalars(select(Episode)).one()
        become(cast, episode, S.RETURNED)
        with pytest.raises(Changed):
            invited(cast, searcher)


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "kits_worker", "ines", "ade"])
def test_strangers_give_and_close_no_link(app, cast, searcher, name) -> None:
    with app.app_context():
        with pytest.raises(NotFound):
            invited(cast, searcher, by=name)
        with pytest.raises(NotFound):
            look_actions.close_link(cast.viewer(getattr(cast, name)), searcher, now=NOW)


def test_every_act_leaves_one_line_without_words(app, cast, searcher) -> None:
    with app.app_context():
        invited(cast, searcher)
        look_actions.close_link(cast.viewer(cast.sam), searcher, now=NOW)
        db.session.commit()
        rows = list(db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb.like("searcher:link%"))
        ))  # fmt: skip
        assert sorted(row.verb for row in rows) == ["searcher:link_closed", "searcher:link_given"]
        assert {row.subject_id for row in rows} == {cast.maya}
        assert {row.reason for row in rows} == {None}


def test_words_and_numbers_of_it_are_sealed(app, cast, searcher) -> None:
    with app.app_context():
        invited(cast, searcher)
        raw = db.session.execute(Searcher.__table__.select()).mappings().one()
        words = ("name", "phone", "where_to_look", "hours", "call_name", "call_phone")
        assert all_sealed(raw[column] for column in words)


def code_for(app: Flask, cast: Cast, searcher: UUID) -> str:
    with app.app_context():
        return invited(cast, searcher)


def test_where_and_whom_show_only_to_who_knows_the_number(app, cast, searcher) -> None:
    there = app.test_client()
    page = Page(there.get(f"/s/{code_for(app, cast, searcher)}"))
    assert not [word for word in SECRETS if word in page.text]
    assert "Call Sam" in page.text
    refused = Page(page.form("/more").fill(digits="0000").submit(there))
    assert refused.status == 400 and "not the last four digits" in refused.text
    assert "arcade" not in refused.text
    page = Page(refused.form("/more").fill(digits="0777").submit(there))
    assert "The arcade by the canal" in page.text and "Maya" in page.text
    assert "until ten" in page.text and "Mr Shah" not in page.text


def test_who_may_not_know_that_she_is_away_reads_no_name(app, cast, missing) -> None:
    episode_id = missing()
    with app.app_context():
        own_number(cast)
        asked = Asked("Bo", SearcherKind.FRIEND, [AskedTo.LOOK], phone="07700 900778")
        made = searcher_actions.add_searcher(cast.viewer(cast.sam), episode_id, asked, now=NOW)
        db.session.commit()
        code = invited(cast, made.id)
    there = app.test_client()
    page = Page(Page(there.get(f"/s/{code}")).form("/more").fill(digits="0778").submit(there))
    assert "arcade" in page.text and "Maya" not in page.text


def press(there: FlaskClient, code: str, said: str) -> Page:
    form = next(f for f in Page(there.get(f"/s/{code}")).forms if f.action == f"/s/{code}")
    return form.send(there, said)


@pytest.mark.parametrize(("said", "state"), [("found", "yes"), ("not_found", "yes"),
                                             ("cannot", "no")])  # fmt: skip
def test_one_tap_answers_and_the_worker_reads_who_said_it(
    app, cast, searcher, sign_in, said, state
) -> None:
    there, code = app.test_client(), code_for(app, cast, searcher)
    page = press(there, code, said)
    assert "You said" in page.text
    press(there, code, said)
    with app.app_context():
        assert lines() == [("asked", None, cast.sam), (state, said, None)], "pressed twice is once"
        assert len(seen_alerts()) == (said == "found")
        assert db.session.scalars(select(Episode)).one().state == EpisodeState.MISSING
    sam = sign_in(app.test_client(), cast.sam)
    words = {"found": "They say that they found them", "cannot": "They cannot look",
             "not_found": "They looked, and did not find them"}  # fmt: skip
    assert words[said] in Page(sam.get(f"/searchers/{searcher}")).text


def test_looking_at_it_changes_nothing_and_nonsense_keeps_nothing(app, cast, searcher) -> None:
    there, code = app.test_client(), code_for(app, cast, searcher)
    page = Page(there.get(f"/s/{code}"))
    there.head(f"/s/{code}")
    token = page.form("/more").values["csrf_token"][0]
    there.post(f"/s/{code}", data={"csrf_token": token, "said": "home"})
    with app.app_context():
        assert lines() == [("asked", None, cast.sam)]


def test_after_the_return_the_link_thanks_them_and_keeps_nothing(app, cast, searcher) -> None:
    there, code = app.test_client(), code_for(app, cast, searcher)
    token = Page(there.get(f"/s/{code}")).form("/more").values["csrf_token"][0]
    with app.app_context():
        become(cast, episode_of(db.session.scalars(select(Episode.id)).one()), S.RETURNED)
    page = Page(there.get(f"/s/{code}"))
    assert "You need do nothing now." in page.text and "arcade" not in page.text
    there.post(f"/s/{code}", data={"csrf_token": token, "said": "found"})
    with app.app_context():
        assert seen_alerts() == [] and len(lines()) == 1


def test_unknown_closed_and_old_links_open_the_same_nothing(
    app, cast, searcher, clock: time_machine.Traveller
) -> None:
    there, code = app.test_client(), code_for(app, cast, searcher)
    with app.app_context():
        look_actions.close_link(cast.viewer(cast.sam), searcher, now=NOW)
        db.session.commit()
    closed, unknown = there.get(f"/s/{code}"), there.get("/s/NOSUCHCODE")
    assert closed.status_code == unknown.status_code == 404
    assert Page(closed).text == Page(unknown).text


def test_a_worker_gives_a_link_closes_it_and_reads_what_is_wrong(
    app, cast, searcher, sign_in
) -> None:
    sam = sign_in(app.test_client(), cast.sam)
    page = Page(sam.get(f"/searchers/{searcher}/link"))
    form = page.form(f"/searchers/{searcher}/link")
    bad = Page(form.fill(where_to_look="The pier", call_name="Sam", call_phone="12")
               .submit(sam, "link"))  # fmt: skip
    assert bad.status == 400 and "This number cannot be right." in " ".join(bad.errors)
    form = bad.form(f"/searchers/{searcher}/link")
    assert form.values["where_to_look"] == ["The pier"], "nothing typed is lost"
    given = Page(form.fill(call_phone="07700 900123").submit(sam, "link"))
    assert given.status == 200 and "/s/" in given.text
    code = given.text.partition("/s/")[2].split()[0]
    assert app.test_client().get(f"/s/{code}").status_code == 200
    page = Page(sam.get(f"/searchers/{searcher}"))
    assert "They have one. It works until" in page.text
    page = page.form(f"/searchers/{searcher}/link/close").send(sam)
    assert "They have one." not in page.text
    assert app.test_client().get(f"/s/{code}").status_code == 404


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "zed_young", "kit", "kits_worker",
                                 "ines", "adil", "maya"])  # fmt: skip
def test_a_stranger_finds_no_page_about_it(app, cast, searcher, sign_in, who) -> None:
    there = sign_in(app.test_client(), getattr(cast, who))
    token = Page(there.get("/c")).form("/c").values["csrf_token"][0]
    assert there.get(f"/searchers/{searcher}/link").status_code == 404
    for at in ("link", "link/close"):
        done = there.post(f"/searchers/{searcher}/{at}", data={"csrf_token": token, "by": "link"})
        assert done.status_code == 404
