"""Who may do what with what was noted and offered: every deed by every role, and its limits."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from engage.db import db
from engage.heightened import actions, offer_actions
from engage.heightened.models import Flag, Offer, OfferFlag, OfferLine
from engage.heightened.offer_actions import Draft
from engage.heightened.queries import (
    flag_for,
    flags_to_answer,
    get_offer,
    get_support,
    my_offers,
    needing_answer,
    offered_to,
    owners_of,
)
from engage.heightened.rules import Heard, Kind, State
from engage.people.access import ANONYMOUS, Verb, Viewer
from engage.people.models import Relationship, RelationshipKind, RoleGrant
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.heightened.conftest import HELP, answered, day, noted, noticed

Deed = Callable[[], object]


def deeds(viewer: Viewer, cast: Cast, flag: UUID, offer: UUID) -> dict[str, Deed]:
    """All that can be done about Maya, by name. Sam owns the offer and noted the flag."""
    maya = cast.maya
    draft = Draft(State.OFFERED, frozenset({flag}), HELP, cast.sam, day(5))
    about = {"now": NOW}
    return {
        "read all": lambda: get_support(viewer, maya, **about),
        "read an offer": lambda: get_offer(viewer, offer, **about),
        "see who may help": lambda: owners_of(viewer, maya, **about),
        "notice": lambda: actions.notice_sign(viewer, maya, address=ADDRESS, **about),
        "note": lambda: actions.note_factor(viewer, maya, Kind.OTHER, Heard.SCHOOL, "x", **about),
        "see what to answer": lambda: flags_to_answer(viewer, maya, **about),
        "offer": lambda: offer_actions.answer_flags(viewer, maya, draft, address=ADDRESS, **about),
        "end": lambda: actions.end_flag(viewer, flag, **about),
        "move": lambda: offer_actions.move_offer(
            viewer, offer, owner_id=cast.sam, due_on=day(6), reason="x", **about
        ),
        "change": lambda: offer_actions.change_offer(
            viewer, offer, State.DONE, "x", address=ADDRESS, **about
        ),
        "say yes": lambda: offer_actions.answer_offer(
            viewer, offer, yes=True, address=ADDRESS, **about
        ),
        "read what is offered": lambda: offered_to(viewer, **about),
    }


THEIRS = frozenset({"say yes"})
WORKERS = frozenset({
    "read all", "read an offer", "see who may help", "notice", "note", "see what to answer",
    "offer", "end", "move", "change",
})  # fmt: skip
NIGHT = WORKERS - {"end", "move", "change"}
NOBODY = frozenset[str]()
MAY = {
    "sam": WORKERS, "sue": WORKERS, "olu": NIGHT, "jo": frozenset({"notice"}), "maya": THEIRS,
    **dict.fromkeys(("kit", "kits_carer", "kits_worker", "ade", "coach_lee", "ines", "adil",
                     "zed_worker", "zed_carer", "zed_young", "far_zed_worker",
                     "far_zed_supervisor", "far_zed_carer", "far_zed_young"), NOBODY),
}  # fmt: skip
# Each asks for themselves, so these are not about Maya for others.
FOR_ONESELF = {"read what is offered"}


@pytest.fixture
def there(inside: Cast) -> tuple[UUID, UUID]:
    flag = noted(inside)
    return flag.id, answered(inside, flag).id


@pytest.mark.parametrize("name", MAY)
def test_each_does_what_they_may_and_nothing_more(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    found = set()
    viewer = inside.viewer(getattr(inside, name))
    for deed, act in deeds(viewer, inside, *there).items():
        if deed in FOR_ONESELF:
            continue
        try:
            act()
        except NotFound:
            pass
        else:
            found.add(deed)
        db.session.rollback()
    assert found == MAY[name]


@pytest.mark.parametrize("name", MAY)
def test_the_lists_hold_nothing_for_those_who_may_not_read(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    noticed(inside)
    viewer = inside.viewer(getattr(inside, name))
    reads = "read all" in MAY[name]
    assert bool(needing_answer(viewer, now=NOW)) is reads
    assert bool(my_offers(viewer, now=NOW)) is (name == "sam")


@pytest.mark.parametrize("name", ["maya", "kit", "zed_young"])
def test_a_young_person_reads_only_what_is_offered_to_them(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    found = offered_to(inside.viewer(getattr(inside, name)), now=NOW)
    assert [each.offer.id for each in found] == ([there[1]] if name == "maya" else [])


@pytest.mark.parametrize("who", [ANONYMOUS, Viewer(area="link", person_id=uuid4())])
def test_without_a_role_there_is_nothing(
    inside: Cast, there: tuple[UUID, UUID], who: Viewer
) -> None:
    for deed, act in deeds(who, inside, *there).items():
        if deed not in FOR_ONESELF:
            with pytest.raises(NotFound):
                act()
            db.session.rollback()
    assert needing_answer(who, now=NOW) == []


@pytest.mark.parametrize("what", ["relationship", "role"])
def test_at_the_instant_it_ends_it_is_over(
    inside: Cast, there: tuple[UUID, UUID], what: str
) -> None:
    if what == "role":
        rows = list(db.session.query(RoleGrant).filter_by(person_id=inside.sam))
    else:
        rows = list(db.session.query(Relationship).filter_by(
            person_id=inside.sam, young_person_id=inside.maya))  # fmt: skip
    for row in rows:
        row.ends_at = NOW
    db.session.commit()
    sam = inside.viewer(inside.sam)
    for deed in sorted(WORKERS):
        with pytest.raises(NotFound):
            deeds(sam, inside, *there)[deed]()
        db.session.rollback()
    # What he offered is his no more: his supervisor gives it to somebody else.
    assert my_offers(sam, now=NOW) == [] and needing_answer(sam, now=NOW) == []
    assert get_offer(inside.viewer(inside.sue), there[1], now=NOW).offer.owner_id == inside.sam


def test_the_night_team_changes_what_it_owns_and_nothing_else(
    inside: Cast, there: tuple[UUID, UUID]
) -> None:
    olu, sue = inside.viewer(inside.olu), inside.viewer(inside.sue)
    offer_actions.move_offer(
        sue, there[1], owner_id=inside.olu, due_on=day(6), reason="At night", now=NOW
    )
    db.session.commit()
    assert [line.offer.id for line in my_offers(olu, now=NOW)] == [there[1]]
    assert get_offer(olu, there[1], now=NOW).may_change
    offer_actions.change_offer(olu, there[1], State.DONE, "x", address=ADDRESS, now=NOW)
    db.session.commit()
    other = answered(inside, noted(inside, Kind.MOVES))
    assert not get_offer(olu, other.id, now=NOW).may_change


@pytest.mark.parametrize("name", ["kits_worker", "zed_worker", "ade", "jo", "maya", "adil",
                                  "far_zed_worker"])  # fmt: skip
def test_nothing_is_given_to_somebody_who_does_not_work_for_them(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    who = getattr(inside, name)
    sam = inside.viewer(inside.sam)
    assert who not in owners_of(sam, inside.maya, now=NOW)
    with pytest.raises(NotFound):
        answered(inside, db.session.get_one(Flag, there[0]), owner_id=who)
    db.session.rollback()
    with pytest.raises(NotFound):
        offer_actions.move_offer(sam, there[1], owner_id=who, due_on=day(6), reason="x", now=NOW)
    assert db.session.query(Offer).count() == 1


def test_a_flag_of_another_young_person_is_answered_by_nobody_here(
    inside: Cast, there: tuple[UUID, UUID]
) -> None:
    kits = actions.note_factor(
        inside.viewer(inside.kits_worker), inside.kit, Kind.MOVES, Heard.SCHOOL, "", now=NOW
    )
    db.session.commit()
    for ids in ({kits.id}, {kits.id, there[0]}, {uuid4()}):
        with pytest.raises(NotFound):
            answered(inside, db.session.get_one(Flag, there[0]), flag_ids=frozenset(ids))
        db.session.rollback()
    assert db.session.query(OfferFlag).count() == 1


def test_what_is_over_is_found_by_nobody(inside: Cast, there: tuple[UUID, UUID]) -> None:
    sam = inside.viewer(inside.sam)
    actions.end_flag(sam, there[0], now=NOW)
    db.session.commit()
    for verb in (Verb.READ, Verb.EDIT):
        with pytest.raises(NotFound):
            flag_for(sam, there[0], verb, now=NOW)
    with pytest.raises(NotFound):
        actions.end_flag(sam, there[0], now=NOW)
    assert flags_to_answer(sam, inside.maya, now=NOW) == []


def test_a_reason_is_no_offer_to_read_or_change(inside: Cast) -> None:
    reason = answered(inside, noted(inside), state=State.NOT_NOW, what="Not yet")
    for name in ("sam", "sue", "olu", "maya"):
        viewer = inside.viewer(getattr(inside, name))
        with pytest.raises(NotFound):
            get_offer(viewer, reason.id, now=NOW)
        with pytest.raises(NotFound):
            offer_actions.answer_offer(viewer, reason.id, yes=True, address=ADDRESS, now=NOW)
        db.session.rollback()
    assert offered_to(inside.viewer(inside.maya), now=NOW) == []


def test_what_is_kept_from_them_they_neither_read_nor_answer(inside: Cast) -> None:
    kept = answered(inside, noted(inside), is_theirs_to_read=False)
    maya = inside.viewer(inside.maya)
    assert offered_to(maya, now=NOW) == []
    with pytest.raises(NotFound):
        offer_actions.answer_offer(maya, kept.id, yes=True, address=ADDRESS, now=NOW)
    assert db.session.query(OfferLine).count() == 1


def test_what_does_not_exist_is_not_found(inside: Cast) -> None:
    sue = inside.viewer(inside.sue)
    acts = deeds(sue, inside, uuid4(), uuid4())
    for deed in ("read an offer", "offer", "end", "move", "change", "say yes"):
        with pytest.raises(NotFound):
            acts[deed]()
        db.session.rollback()


def test_a_worker_who_takes_over_has_it_from_that_instant(
    inside: Cast, there: tuple[UUID, UUID]
) -> None:
    from engage.people import actions as people
    from engage.people.access import SYSTEM

    later = NOW + timedelta(hours=1)
    people.assign(SYSTEM, inside.maya, inside.zed_worker, RelationshipKind.SOCIAL_WORKER, now=later)
    db.session.commit()
    with pytest.raises(NotFound):
        get_support(inside.viewer(inside.zed_worker), inside.maya, now=later - timedelta(seconds=1))
    page = get_support(inside.viewer(inside.zed_worker, later), inside.maya, now=later)
    assert page.may_change and page.may_end
