"""Phones that keep something: who may turn it on, how it ends, and what we know of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engage import clock
from engage.audit.models import AuditEntry
from engage.cards.actions import make_card
from engage.db import db
from engage.people import copy_actions, copy_queries, links
from engage.people.access import Object, Verb, may
from engage.people.copy_models import PhoneCopy
from engage.people.copy_rules import COPY_LASTS, ENDED_KEPT, MOST_COPIES, is_good
from engage.people.models import LinkKind, Person, PersonKind
from engage.people.phone_actions import report_lost_phone
from engage.people.viewer import SYSTEM, Viewer
from engage.web.errors import NotFound
from tests.cast import NOW, Cast

offsets = st.integers(-90, 90).map(lambda days: timedelta(days=days))


@given(offsets, st.none() | offsets, st.booleans())
def test_a_copy_stays_only_while_nothing_speaks_against_it(
    expires: timedelta, ended: timedelta | None, link_is_open: bool
) -> None:
    ended_at = None if ended is None else NOW + ended
    good = is_good(expires_at=NOW + expires, ended_at=ended_at, link_is_open=link_is_open, now=NOW)
    assert good == (expires > timedelta(0) and ended is None and link_is_open)


def turn_on(viewer: Viewer, young_person_id: Any) -> str:
    token = copy_actions.keep_on_phone(viewer, young_person_id, now=clock.now())
    db.session.commit()
    return token


def holder(token: str, now: datetime | None = None) -> Any:
    return copy_queries.find_holder(SYSTEM, token, now=now or clock.now())


def card_viewer(cast: Cast) -> Viewer:
    """Whoever holds Maya's card, as a session knows them."""
    card = make_card(cast.viewer(cast.sam), cast.maya, now=clock.now())
    db.session.commit()
    link = links.find(LinkKind.CHECK_IN, card.code, now=clock.now())
    assert link is not None
    return Viewer(
        organisation_id=cast.organisation, area="link", link_id=link.id,
        link_kind=LinkKind.CHECK_IN, young_person_id=cast.maya,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _context(app: Flask, cast: Cast) -> Any:
    with app.app_context():
        yield


def test_maya_turns_it_on_and_the_token_says_whose_phone_it_is(cast: Cast) -> None:
    found = holder(turn_on(cast.viewer(cast.maya), cast.maya))
    assert found.is_good and found.young_person_id == cast.maya
    # What comes with it is as sure as a card: nobody is signed in by it.
    assert found.viewer.person_id is None
    assert found.viewer.link_kind is LinkKind.CHECK_IN


def test_only_the_digest_of_the_token_is_kept(cast: Cast) -> None:
    token = turn_on(cast.viewer(cast.maya), cast.maya)
    row = db.session.scalars(select(PhoneCopy)).one()
    assert token not in str(vars(row))
    assert len(token) >= 32  # 192 bits in URL-safe base64


def test_the_audit_knows_that_a_phone_keeps_something_and_not_what(cast: Cast) -> None:
    token = turn_on(cast.viewer(cast.maya), cast.maya)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "phone_copy:made")).one()
    assert entry.subject_id == cast.maya
    assert token not in str(vars(entry))


@pytest.mark.parametrize("token", ["", "x", "x" * 64, "x" * 65, "☃" * 10, "'; drop table"])
def test_a_token_we_never_gave_says_nothing(cast: Cast, token: str) -> None:
    turn_on(cast.viewer(cast.maya), cast.maya)
    assert holder(token) is None


def test_only_the_system_may_ask_by_token(cast: Cast) -> None:
    token = turn_on(cast.viewer(cast.maya), cast.maya)
    for name in ("maya", "sam", "zed_worker"):
        viewer = cast.viewer(getattr(cast, name))
        assert copy_queries.find_holder(viewer, token, now=NOW) is None


@pytest.mark.parametrize("who", ["jo", "sam", "sue", "adil", "kit", "zed_young", "zed_carer"])
def test_nobody_else_turns_it_on_for_maya(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        copy_actions.keep_on_phone(cast.viewer(getattr(cast, who)), cast.maya, now=NOW)


def test_after_thirty_days_it_is_over(cast: Cast) -> None:
    token = turn_on(cast.viewer(cast.maya), cast.maya)
    assert holder(token, NOW + COPY_LASTS - timedelta(seconds=1)).is_good
    assert not holder(token, NOW + COPY_LASTS).is_good


def test_a_lost_phone_ends_every_copy_and_not_those_of_others(cast: Cast) -> None:
    mayas = [turn_on(cast.viewer(cast.maya), cast.maya) for _ in range(2)]
    kits = turn_on(cast.viewer(cast.kit), cast.kit)
    report_lost_phone(cast.viewer(cast.sam), cast.maya, now=NOW)
    db.session.commit()
    assert [holder(token).is_good for token in mayas] == [False, False]
    assert holder(kits).is_good


def test_a_copy_turned_on_with_a_card_ends_with_the_card(cast: Cast) -> None:
    viewer = card_viewer(cast)
    token = turn_on(viewer, cast.maya)
    assert holder(token).is_good
    make_card(cast.viewer(cast.sam), cast.maya, now=NOW)
    db.session.commit()
    assert not holder(token).is_good


def test_whoever_has_left_is_not_known_by_the_token_any_more(cast: Cast) -> None:
    token = turn_on(cast.viewer(cast.maya), cast.maya)
    person = db.session.get(Person, cast.maya)
    person.ended_at = NOW
    db.session.commit()
    assert holder(token, NOW + timedelta(seconds=1)) is None


def test_the_oldest_of_too_many_phones_is_told_to_forget(cast: Cast, clock: Any) -> None:
    tokens = []
    for _ in range(MOST_COPIES + 2):
        tokens.append(turn_on(cast.viewer(cast.maya), cast.maya))
        clock.shift(timedelta(minutes=1))
    assert [holder(token).is_good for token in tokens] == [False] * 2 + [True] * MOST_COPIES


def test_maya_sees_her_phones_and_ends_one(cast: Cast) -> None:
    maya = cast.viewer(cast.maya)
    first, second = turn_on(maya, cast.maya), turn_on(maya, cast.maya)
    found = copy_queries.list_copies(maya, now=NOW)
    assert len(found) == 2
    copy_actions.end_copy(maya, found[0].id, now=NOW)
    db.session.commit()
    assert sorted([holder(first).is_good, holder(second).is_good]) == [False, True]
    assert len(copy_queries.list_copies(maya, now=NOW)) == 1
    with pytest.raises(NotFound):
        copy_actions.end_copy(maya, found[0].id, now=NOW)


def test_nobody_ends_a_copy_that_is_not_theirs(cast: Cast) -> None:
    turn_on(cast.viewer(cast.maya), cast.maya)
    copy = db.session.scalars(select(PhoneCopy)).one()
    for name in ("kit", "zed_young"):
        with pytest.raises(NotFound):
            copy_actions.end_copy(cast.viewer(getattr(cast, name)), copy.id, now=NOW)
    with pytest.raises(NotFound):
        copy_actions.end_copy(cast.viewer(cast.maya), uuid4(), now=NOW)


def test_her_worker_may_end_all_of_them_and_a_stranger_none(cast: Cast) -> None:
    token = turn_on(cast.viewer(cast.maya), cast.maya)
    for name in ("zed_worker", "jo", "far_zed_worker"):
        with pytest.raises(NotFound):
            copy_actions.end_copies(cast.viewer(getattr(cast, name)), cast.maya, now=NOW)
    assert copy_actions.end_copies(cast.viewer(cast.sam), cast.maya, now=NOW) == 1
    assert copy_actions.end_copies(cast.viewer(cast.sam), cast.maya, now=NOW) == 0
    db.session.commit()
    assert not holder(token).is_good


def test_what_ended_long_ago_is_forgotten_and_what_runs_is_not(cast: Cast) -> None:
    maya = cast.viewer(cast.maya)
    gone, running = turn_on(maya, cast.maya), turn_on(maya, cast.maya)
    row = db.session.scalars(select(PhoneCopy).order_by(PhoneCopy.made_at)).first()
    row.ended_at = NOW
    db.session.commit()
    assert copy_actions.forget_copies(now=NOW + ENDED_KEPT) == 0
    assert copy_actions.forget_copies(now=NOW + ENDED_KEPT + timedelta(seconds=1)) == 1
    db.session.commit()
    assert len([t for t in (gone, running) if holder(t) is not None]) == 1
    assert copy_actions.forget_copies(now=NOW + COPY_LASTS + ENDED_KEPT * 2) == 1


def test_a_carer_turns_it_on_for_their_own_phone_and_may_do_nothing_else_with_links(
    cast: Cast,
) -> None:
    jo = cast.viewer(cast.jo)
    token = copy_actions.keep_on_own_phone(jo, now=NOW)
    db.session.commit()
    found = copy_queries.find_kept_for(SYSTEM, token, now=NOW)
    assert found is not None and found.is_good
    assert (found.person_id, found.kind) == (cast.jo, PersonKind.CARER)
    # Nothing that comes with it is from a young person.
    assert holder(token, NOW) is None
    for about in (cast.maya, cast.kit):
        for verb in (Verb.CREATE, Verb.REVOKE):
            assert not may(jo, verb, Object.LINKS, about, now=NOW, owner_id=cast.jo)
    assert [copy.person_id for copy in copy_queries.list_copies(jo, now=NOW)] == [cast.jo]


@pytest.mark.parametrize("who", ["sam", "sue", "adil", "ade", "maya"])
def test_only_a_carer_turns_on_a_carers_copy(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        copy_actions.keep_on_own_phone(cast.viewer(getattr(cast, who)), now=NOW)


def test_a_token_is_nobodys_for_anybody_but_the_system(cast: Cast) -> None:
    token = copy_actions.keep_on_own_phone(cast.viewer(cast.jo), now=NOW)
    assert copy_queries.find_kept_for(cast.viewer(cast.jo), token, now=NOW) is None
    assert copy_queries.find_kept_for(SYSTEM, "x" * 65, now=NOW) is None
