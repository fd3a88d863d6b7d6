"""Who sees which step, and that whoever is not wanted is never told."""

import pytest

from engage.checkins.ready_models import How
from engage.db import db
from engage.people.sharing_actions import share
from engage.ways_back import actions as returns
from engage.ways_back.actions import Step
from engage.ways_back.rules import Saying
from engage.ways_back.step_queries import my_steps, steps_for
from engage.ways_back.wish_actions import Wishes
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import outbox, phone_of, text, told
from tests.ways_back.returning import (
    at,
    chose,
    live,
    said,
    swept,
    wished,
)


def test_who_is_not_wanted_is_never_asked_and_sees_nothing(ready: Cast) -> None:
    lift = chose(ready, 2)
    assert lift.owner_id == ready.jo
    wished(ready, Wishes(not_there="not Jo"), minutes=2)
    assert live().owner_id == ready.olu
    jo = ready.viewer(ready.jo)
    assert my_steps(jo, now=at(3)) == steps_for(jo, ready.maya, now=at(3)) == []
    for saying in Saying:
        with pytest.raises(NotFound):
            said(ready, "jo", lift, saying)
    seen = steps_for(ready.viewer(ready.sam), ready.maya, now=at(3))
    assert "not Jo" in [line.words for line in seen]


def test_a_worker_who_is_not_wanted_sees_nothing_either(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, unwanted=frozenset({ready.sam})))
    assert steps_for(ready.viewer(ready.sam), ready.maya, now=at(2)) == []
    assert steps_for(ready.viewer(ready.olu), ready.maya, now=at(2))


def test_no_text_says_who_is_not_wanted_nor_where(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, place="Elm Road", not_there="not Jo", food="pizza"))
    swept(11)
    texts = [sent for sent in outbox() if sent.to is not None]
    assert texts
    for sent in texts:
        for word in ("Jo", "Elm", "pizza", "Maya"):
            assert word not in sent.words.split("http")[0], sent


def test_when_everybody_near_is_unwanted_the_house_is_asked(ready: Cast) -> None:
    around = (ready.jo, ready.sam, ready.ade)
    wished(ready, Wishes(choice=2, unwanted=frozenset(around)))
    assert live().owner_id in {ready.olu, ready.sue}


def test_a_carer_sees_only_their_own_step_and_a_worker_all(ready: Cast) -> None:
    wished(ready, Wishes(choice=3, food="toast"))
    jo, sam = ready.viewer(ready.jo), ready.viewer(ready.sam)
    assert [line.step.slot for line in my_steps(jo, now=at(2))] == ["food"]
    assert [line.step.slot for line in steps_for(jo, ready.maya, now=at(2))] == ["food"]
    assert {line.step.slot for line in steps_for(sam, ready.maya, now=at(2))} == {"way", "food"}


def test_words_of_the_plan_are_shown_only_where_they_are_shared(inside: None, cast: Cast) -> None:
    maya = cast.viewer(cast.maya)
    returns.write_step(maya, cast.maya, Step(How.LIFT, place="Bus station"), now=NOW)
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=NOW)
    swept(0)
    sam = cast.viewer(cast.sam)
    assert [line.place for line in steps_for(sam, cast.maya, now=NOW)] == [""]
    share(maya, cast.maya, "ready", now=NOW, agreed_how="own device", role="social_worker")
    db.session.commit()
    assert [line.place for line in steps_for(sam, cast.maya, now=NOW)] == ["Bus station"]


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "kit",
                                 "adil", "ines", "coach_lee"])  # fmt: skip
def test_strangers_find_and_say_nothing(ready: Cast, who: str) -> None:
    viewer = ready.viewer(getattr(ready, who))
    assert steps_for(viewer, ready.maya, now=NOW) == my_steps(viewer, now=NOW) == []
    for saying in Saying:
        with pytest.raises(NotFound):
            said(ready, who, live(), saying)


def test_fear_in_whom_they_do_not_want_is_heard_and_the_wish_is_kept(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, not_there="not Jo, he hurts me, help me"))
    assert live("not_there").words.startswith("not Jo")
    assert told("alert_sos") | told("alert_not_ok")


def test_a_place_said_now_is_shown_and_the_words_of_the_plan_beside_it_are_not(
    inside: None, cast: Cast
) -> None:
    maya = cast.viewer(cast.maya)
    written = Step(How.LIFT, who="Nan Ruth", place="Bus station")
    returns.write_step(maya, cast.maya, written, now=NOW)
    db.session.commit()
    wished(cast, Wishes(choice=2, place="by the big tesco"))
    (line,) = my_steps(cast.viewer(cast.jo), now=at(2))
    assert (line.place, line.words) == ("by the big tesco", "")
    (own,) = steps_for(maya, cast.maya, now=at(2))
    assert own.words == "Nan Ruth"
    wished(cast, Wishes(instead="Ring a taxi"), minutes=3)
    swept(14)
    (line,) = my_steps(cast.viewer(cast.olu), now=at(15))
    assert line.words == "Ring a taxi"
