"""People asked to look: what each may know, what they said, and that it stops when it must."""

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.efforts import queries, searcher_actions
from engage.efforts.models import Searcher
from engage.efforts.rules import AskedTo, MayKnow, SearcherKind, SearcherState
from engage.efforts.searcher_actions import Asked
from engage.people.models import Consent, Relationship, RelationshipKind
from engage.plans.models import PersonTerms
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.efforts.conftest import episode_of
from tests.episodes.away import S, become
from tests.sealing import is_sealed

pytestmark = pytest.mark.usefixtures("inside")
SHOP = Asked("Mr Shah, corner shop", SearcherKind.COMMUNITY, [AskedTo.LISTEN, AskedTo.DOOR],
             [MayKnow.NOT_BACK, MayKnow.PLAN, MayKnow.READY], "07700 900777")  # fmt: skip


def add(cast, episode_id, asked=SHOP, name="sam"):
    made = searcher_actions.add_searcher(
        cast.viewer(getattr(cast, name)), episode_id, asked, now=NOW
    )
    db.session.commit()
    return made


def note(cast, searcher, state, words="", name="sam"):
    searcher_actions.note_searcher(
        cast.viewer(getattr(cast, name)), searcher.id, state, now=NOW, note=words
    )
    db.session.commit()


def agree(cast, person_id, *tells):
    """Let Maya have chosen what this trusted person may be told."""
    relationship = db.session.scalars(
        select(Relationship).where(
            Relationship.person_id == person_id, Relationship.kind == RelationshipKind.TRUSTED
        )
    ).one()
    db.session.add(PersonTerms(relationship_id=relationship.id, may_be_asked=[],
                               may_be_told=list(tells)))  # fmt: skip
    db.session.commit()
    return relationship


def test_whatever_is_ticked_nothing_of_the_plan_is_told_to_a_stranger(cast, missing):
    searcher = add(cast, missing())
    assert searcher.may_know == ["not_back"]
    assert searcher.asked_to == ["door", "listen"]
    every = list(MayKnow)
    searcher_actions.change_what_they_know(cast.viewer(cast.sam), searcher.id, every, now=NOW)
    assert searcher.may_know == ["not_back", "clothes", "last_seen"]


def test_a_trusted_person_may_know_what_the_young_person_chose_and_no_more(cast, missing):
    agree(cast, cast.nan_ruth, "worried", "back")
    one = Asked("", SearcherKind.OTHER, [AskedTo.LOOK], list(MayKnow), person_id=cast.nan_ruth)
    searcher = add(cast, missing(), one)
    assert searcher.name == "Nan Ruth" and searcher.phone.startswith("+447700900")
    assert searcher.may_know == ["not_back", "clothes", "last_seen", "worried", "back"]


def test_a_trusted_person_who_left_is_offered_nothing_of_it_any_more(cast, missing):
    relationship = agree(cast, cast.nan_ruth, "worried")
    one = Asked("", SearcherKind.OTHER, [AskedTo.LOOK], person_id=cast.nan_ruth)
    searcher = add(cast, missing(), one)
    relationship.consent = Consent.LEFT
    db.session.commit()
    found = queries.get_searcher(cast.viewer(cast.sam), searcher.id, now=NOW)
    assert MayKnow.WORRIED not in found.tellable


@pytest.mark.parametrize("name", ["kit", "jo", "zed_young"])
def test_somebody_who_is_not_of_the_three_is_not_added_as_one(cast, missing, name):
    one = Asked("", SearcherKind.OTHER, [AskedTo.LOOK], person_id=getattr(cast, name))
    with pytest.raises(NotFound):
        add(cast, missing(), one)


def test_each_answer_stays_in_order_with_who_noted_it(cast, missing):
    searcher = add(cast, missing())
    note(cast, searcher, SearcherState.ASKED, "Rang at four")
    note(cast, searcher, SearcherState.YES, name="jo")
    note(cast, searcher, SearcherState.YES, "Saw her by the canal")
    note(cast, searcher, SearcherState.STOPPED)
    found = queries.get_searcher(cast.viewer(cast.sam), searcher.id, now=NOW)
    assert [(line.state, line.note, line.by_id) for line in found.lines] == [
        ("asked", "Rang at four", cast.sam),
        ("yes", None, cast.jo),
        ("yes", "Saw her by the canal", cast.sam),
        ("stopped", None, cast.sam),
    ]


@pytest.mark.parametrize("state", list(SearcherState))
def test_who_wants_to_be_left_alone_is_not_asked_again(cast, missing, state):
    searcher = add(cast, missing())
    note(cast, searcher, SearcherState.STOPPED)
    with pytest.raises(Changed):
        note(cast, searcher, state)
    assert db.session.get(Searcher, searcher.id).state == SearcherState.STOPPED


def test_an_answer_needs_a_question(cast, missing):
    with pytest.raises(Changed):
        note(cast, add(cast, missing()), SearcherState.YES)


def test_after_the_return_nobody_is_added_or_asked(cast, missing):
    episode_id = missing()
    searcher = add(cast, episode_id)
    become(cast, episode_of(episode_id), S.RETURNED)
    for act in (lambda: add(cast, episode_id), lambda: note(cast, searcher, SearcherState.ASKED)):
        with pytest.raises(Changed):
            act()


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "kits_worker", "ines", "ade"])
def test_strangers_add_nobody(cast, missing, name):
    with pytest.raises(NotFound):
        add(cast, missing(), name=name)


def test_names_and_numbers_are_sealed_and_never_in_the_audit(cast, missing):
    searcher = add(cast, missing())
    note(cast, searcher, SearcherState.ASKED, "Canal")
    raw = db.session.execute(Searcher.__table__.select()).mappings().one()
    assert is_sealed(raw["name"], raw["phone"])
    rows = db.session.query(AuditEntry).filter(AuditEntry.verb.like("searcher:%")).all()
    assert {row.verb for row in rows} == {"searcher:added", "searcher:asked"}
    assert all("Canal" not in str(vars(row)) for row in rows)
