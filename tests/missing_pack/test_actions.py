"""Noting facts, making packs, telling more because of danger, and who may read what was made."""

import json

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.audit.queries import openings
from engage.db import db
from engage.messaging.models import Message
from engage.messaging.rules import Klass
from engage.missing_pack import actions, queries
from engage.missing_pack.actions import Override
from engage.missing_pack.models import MissingPack, PackFact
from engage.missing_pack.rules import Fact
from engage.missing_pack.script import first_words, spoken
from engage.people.disclosure_actions import SaysTooLittle, approve_disclosure
from engage.people.models import Person
from engage.people.rules import DisclosureReason, Purpose
from engage.people.sharing_queries import list_disclosures
from engage.plans import labels
from engage.plans.queries import get_page
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import S, become
from tests.missing_pack.conftest import LATER, Away, mark

WHY = Override(
    ["safer", "pressure"], DisclosureReason.SERIOUS_HARM, "She is hurt and alone", "PC Doe"
)


@pytest.fixture(autouse=True)
def inside(away: Away):
    with away.plan.app.app_context():
        yield


def made(away: Away, name: str = "sam", **more) -> MissingPack:
    pack = actions.make_pack(away.plan.viewer(name), away.episode_id, now=LATER, **more)
    db.session.commit()
    return pack


def verbs() -> list[str]:
    found = select(AuditEntry.verb).where(AuditEntry.verb.like("pack:%")).order_by(AuditEntry.verb)
    return list(db.session.scalars(found))


def test_the_last_fact_counts_and_the_earlier_ones_stay(away):
    sam = away.plan.viewer("sam")
    for words in ("A red coat", "A green parka ", ""):
        actions.note_fact(sam, away.episode_id, Fact.CLOTHES, words, now=LATER)
    actions.note_fact(sam, away.episode_id, Fact.LAST_SEEN, "The rec", now=LATER)
    page = queries.get_pack_page(sam, away.episode_id, now=LATER)
    assert {fact: row.words for fact, row in page.facts.items()} == {
        Fact.LAST_SEEN: "The rec",
        Fact.CLOTHES: "",
    }
    assert db.session.query(PackFact).count() == 4
    pack = made(away)
    facts = {name: words for name, _, words in json.loads(pack.content)["facts"]}
    assert facts == {"last_seen": "The rec", "clothes": "Not known"}


def test_a_pack_keeps_who_when_what_and_why(away):
    away.note({"away"})
    away.share_with_police({"safe": Purpose.AWAY, "places": Purpose.DANGER})
    first, second = made(away), made(away, "olu")
    assert (first.number, second.number) == (1, 2)
    assert (first.made_by_id, first.made_at) == (away.cast.sam, LATER)
    assert (first.parts, first.circumstances) == (["safe"], ["away"])
    assert not first.is_override and first.disclosure_id is None and first.jpeg is None
    assert verbs() == ["pack:made", "pack:made", "pack:opened", "pack:opened"]


def test_a_photo_goes_along_as_it_was(away):
    away.share_with_police({"photo": Purpose.ALWAYS})
    assert made(away).jpeg.startswith(b"\xff\xd8")


def test_an_override_is_a_disclosure_that_a_supervisor_sees_and_the_young_person_later(away):
    pack = made(away, override=WHY)
    assert pack.parts == pack.overridden == ["pressure", "safer"]
    assert verbs().count("pack:overridden") == 2
    sue, maya = away.plan.viewer("sue"), away.plan.viewer("maya")
    told = list_disclosures(sue, away.cast.maya, now=LATER)
    assert [each.disclosure.id for each in told] == [pack.disclosure_id]
    assert told[0].disclosure.told_to == "PC Doe"
    assert list_disclosures(maya, away.cast.maya, now=LATER) == []
    approve_disclosure(sue, pack.disclosure_id, now=LATER)
    shown = list_disclosures(maya, away.cast.maya, now=LATER)
    assert shown[0].disclosure.reason == "She is hurt and alone"
    assert shown[0].disclosure.sections == ["pressure", "safer"]


def test_the_young_person_reads_in_plain_words_that_pages_were_made(away):
    made(away)
    maya = away.plan.viewer("maya")
    page = get_page(maya, away.plan.id, now=LATER)
    found = [one for one in openings(maya, away.cast.maya) if one.object_kind == "missing_pack"]
    assert [labels.opened_by(one.actor_id, one.object_kind, page) for one in found] == [
        "Sam put pages together for the police, or read them."
    ]


@pytest.mark.parametrize(
    "override",
    [
        Override([], WHY.code, WHY.reason, "PC Doe"),
        Override(["words"], WHY.code, WHY.reason, "PC Doe"),
        Override(["safe"], WHY.code, WHY.reason, "PC Doe"),  # they said yes: nothing to override
    ],
)
def test_only_what_is_closed_can_be_told_without_a_yes(away, override):
    away.share_with_police({"safe": Purpose.ALWAYS})
    with pytest.raises(NotFound):
        made(away, override=override)


def test_a_reason_that_says_nothing_makes_no_pack(away):
    with pytest.raises(SaysTooLittle):
        made(away, override=Override(["safer"], WHY.code, "hurt", "PC Doe"))
    db.session.rollback()
    assert db.session.query(MissingPack).count() == 0


def test_a_carer_overrides_nothing(away):
    with pytest.raises(NotFound):
        made(away, "jo", override=WHY)


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "ines", "adil", "maya", "kits_worker"])
def test_others_make_none_and_note_nothing(away, name):
    with pytest.raises(NotFound):
        made(away, name)
    viewer = away.plan.viewer(name)
    with pytest.raises(NotFound):
        actions.note_fact(viewer, away.episode_id, Fact.PHONE, "x", now=LATER)


def test_a_carer_reads_their_own_packs_alone_and_no_override(away):
    jo, sam = made(away, "jo"), made(away, "sam")
    over = made(away, "olu", override=WHY)
    seen = {
        name: [
            p.number for p in queries.packs_of(away.plan.viewer(name), away.episode_id, now=LATER)
        ]
        for name in ("jo", "sam", "sue", "olu", "ines", "zed_worker")
    }
    every = [over.number, sam.number, jo.number]
    assert seen == {
        "jo": [jo.number], "sam": every, "sue": every, "olu": every, "ines": [], "zed_worker": [],
    }  # fmt: skip
    with pytest.raises(NotFound):
        queries.get_pack(away.plan.viewer("jo"), sam.id, now=LATER)


def test_nothing_is_made_for_somebody_who_is_back(away):
    episode = queries.get_episode(away.plan.viewer("sam"), away.episode_id, now=NOW)
    become(away.cast, episode, S.RETURNED)
    with pytest.raises(Changed):
        made(away)


def test_the_phone_script_keeps_the_order_and_spells_numbers(away):
    sam = away.plan.viewer("sam")
    away.share_with_police({"treat_me": Purpose.ALWAYS})
    db.session.get_one(Person, away.cast.sam).phone = "+447700900123"
    actions.note_fact(sam, away.episode_id, Fact.PHONE, "07700 900 456, on", now=LATER)
    content = json.loads(made(away).content)
    said = dict(spoken(content))
    assert list(said) == [
        "Where", "Who", "Since when", "Health, what cannot wait", "How to know them", "Wearing",
        "Perhaps with", "Phone", "How to meet them", "Who to call back",
    ]  # fmt: skip
    assert said["Where"] == ["Not known"]
    assert said["Phone"] == ["07700 900 456 (0 7, 7 0 0, 9 0 0, 4 5 6), on"]
    assert said["Who to call back"][1].endswith("(+ 4 4 7, 7 0 0, 9 0 0, 1 2 3)")
    assert any(mark("treat_me") in line for line in said["How to meet them"])
    assert said["Who"][0] == "Maya" and "15 years old" in said["Who"][1]
    assert first_words(content).startswith("I am calling about a young person")


def told_at_once(away) -> list[Message]:
    found = select(Message).where(Message.template == "alert_without_yes")
    return list(db.session.scalars(found))


def test_supervisors_are_texted_at_once_when_something_goes_out_without_a_yes(away):
    pack = made(away, override=WHY, address=ADDRESS)
    (text,) = told_at_once(away)
    assert (text.person_id, text.object_id, text.klass) == (away.cast.sue, pack.id, Klass.STAFF)
    assert text.not_before <= LATER, "at any hour"
    assert f"/told/{away.cast.maya}" in str(text.params)
    for word in ("Maya", "hurt", "PC Doe", "safer"):
        assert word not in str(text.params)


def test_a_second_override_is_a_second_text_and_a_pack_of_what_is_allowed_is_none(away):
    made(away)
    assert told_at_once(away) == []
    made(away, override=WHY, address=ADDRESS)
    made(away, override=WHY, address=ADDRESS)
    assert len({text.dedupe_key for text in told_at_once(away)}) == 2


def test_who_makes_the_override_is_not_told_of_their_own(away):
    made(away, override=WHY, address=ADDRESS)
    assert away.cast.sam not in {text.person_id for text in told_at_once(away)}
