"""Same place, different young people: which words are one place, and that nobody is given away."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from engage.audit.models import AuditEntry
from engage.checkins.models import CheckIn
from engage.checkins.ready_models import ReturnPlan, ReturnState
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.missing_pack.models import PackFact
from engage.missing_pack.rules import Fact
from engage.patterns.place_queries import get_places
from engage.patterns.place_reading import key_of
from engage.patterns.place_rules import (
    Why,
    place_cells,
    same_words,
    shown_as,
    who_was_there,
)
from engage.patterns.rules import Cell, TimeAway
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import Person, RelationshipKind
from tests.cast import LONG_AGO, NOW
from tests.episodes.away import seen_as
from tests.page import Page
from tests.patterns.test_views import SPRING, rows

HOUR = timedelta(hours=1)
STATION, ARCADE = "Bus station", "The arcade"
HERE = "/patterns/places"


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Bus station", "bus station"),
        ("  at the BUS  STATION ", "bus station"),
        ("Bus stn.", "bus station"),
        ("Near the bus station, by Jo at four", "bus station"),
        ("bus station with Kit", "bus station"),
        ("Bus station (north side)", "bus station"),
        ("Last seen: bus station", "bus station"),
        ("She was last seen at the bus station 16:30", "bus station"),
        ("Bus station - Ade saw her", "bus station"),
        ("Bus station\nJo", "bus station"),
        # Full-width letters, and another way to write the same letter.
        ("ＢＵＳ station", "bus station"),
        ("Cafe\u0301 Nero", "café nero"),
        ("McDonald’s", "mcdonalds"),
        ("McDonald's", "mcdonalds"),
        # A street at the end is a street; Saint John is none.
        ("Elm Rd", "elm road"),
        ("12 Elm Rd", "12 elm road"),
        ("St John's church", "st johns church"),
        ("محطة الحافلات", "محطة الحافلات"),
        # What tells places apart stays.
        ("North bus station", "north bus station"),
        ("The bridge by the river", "bridge by the river"),
        ("The bridge by the canal", "bridge by the canal"),
    ],
)
def test_the_same_place_is_the_same_words(written, compared):
    assert same_words(written) == compared
    assert same_words(compared) == compared


@pytest.mark.parametrize(
    "written",
    ["", "  ", "?", "Unknown", "Don't know", "I.,", "the park", "At school", "a friend's house",
     "home", "At the", "x" * 81],
)  # fmt: skip
def test_what_is_no_place_or_another_for_everybody_is_left_out(written):
    assert same_words(written) in ("", "i") if written == "I.," else same_words(written) == ""


def away(person, place=STATION, number=0):
    return TimeAway(UUID(int=person), SPRING, episode_id=UUID(int=1000 * person + number))


def test_a_place_stands_for_five_young_people_however_often_each_was_there():
    often = [away(1, number=n) for n in range(20)] + [away(n) for n in (2, 3, 4)]
    places = {each.episode_id: {"bus station"} for each in often}
    assert place_cells(often, places) == ([], True)
    fifth = away(5)
    places[fifth.episode_id] = {"bus station"}
    assert place_cells([*often, fifth], places) == ([Cell("bus station", 25)], False)
    assert who_was_there("bus station", often, places) is None
    assert who_was_there("bus station", [*often, fifth], places) == [
        UUID(int=n) for n in range(1, 6)
    ]


def test_somebody_at_two_places_stands_at_both_and_at_one_once():
    times = [away(n) for n in range(1, 7)]
    places = {each.episode_id: ["arcade", "bus station", "arcade"] for each in times}
    assert place_cells(times, places)[0] == [Cell("arcade", 5), Cell("bus station", 5)]


def test_nothing_written_down_is_no_place_and_no_other_places():
    assert place_cells([away(n) for n in range(1, 7)], {}) == ([], False)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 8), st.sampled_from(["a", "b", "c"])), max_size=30))
def test_never_is_a_place_shown_or_named_that_stands_for_fewer_than_five(seen):
    times = [away(person, number=n) for n, (person, _place) in enumerate(seen)]
    places = {t.episode_id: {place} for t, (_person, place) in zip(times, seen, strict=True)}
    cells, has_others = place_cells(times, places)
    behind = {p: {person for person, place in seen if place == p} for p in "abc"}
    enough = {p for p, who in behind.items() if len(who) >= 5}
    assert {cell.value for cell in cells} == enough
    assert has_others is any(0 < len(who) < 5 for who in behind.values())
    assert all(cell.times % 5 == 0 for cell in cells)
    for place, who in behind.items():
        named = who_was_there(place, times, places)
        assert (named is None) if place not in enough else ({p.int for p in named} == who)


def test_what_is_shown_is_made_of_the_words_compared():
    assert shown_as(same_words("At the BUS stn. (with Kit)")) == "Bus station"


def seen_at(cast, words: str, *, worker: UUID | None = None, at: datetime = SPRING) -> UUID:
    """Let somebody be missing and be written down at a place; return who."""
    young = people.create_young_person(
        SYSTEM, organisation_id=cast.organisation, name="Quill", now=LONG_AGO
    )
    if worker:
        kind = RelationshipKind.SOCIAL_WORKER
        people.assign(SYSTEM, young.id, worker, kind, now=LONG_AGO)
    episode = Episode(
        id=uuid4(), young_person_id=young.id, organisation_id=cast.organisation,
        state=EpisodeState.CLOSED, opened_at=at, owner_id=cast.sam, packs=[], rules=[], facts=[],
        was_missing=True, closed_at=at + 9 * HOUR,
    )  # fmt: skip
    db.session.add(episode)
    db.session.flush()
    fact = PackFact(
        episode_id=episode.id, fact=Fact.LAST_SEEN, by_id=cast.sam, at=at + HOUR, number=1
    )
    fact.words = words
    db.session.add(fact)
    return young.id


@pytest.fixture
def spring(app, cast):
    """Six at the bus station, written in six ways, one of them Sam's; two at the arcade."""
    ways = ("Bus station", "the bus stn", "At the BUS STATION", "bus station, Jo saw her",
            "Bus station (late)")  # fmt: skip
    with app.app_context():
        for words in ways:
            seen_at(cast, words)
        sams = seen_at(cast, "bus station - Ade", worker=cast.sam)
        for _ in range(2):
            seen_at(cast, ARCADE, worker=cast.sam)
        db.session.commit()
        return sams


def link_to(page, words):
    return next(href for text, href in page.links.items() if words in text)


def test_the_list_shows_the_place_and_tells_nothing_of_the_others(client, cast, spring, sign_in):
    page = Page(sign_in(client, cast.sue).get(f"{HERE}?year=2026"))
    assert rows(page)["Bus station"] == ["5"]
    assert "rcade" not in page.text and "Quill" not in page.text
    assert "Other places, with fewer than 5 young people each, are not shown." in page
    href = link_to(page, "Bus station")
    assert "bus" not in href.lower() and "station" not in href.lower()


def test_names_come_for_a_reason_and_only_of_those_one_may_open(app, client, cast, spring, sign_in):
    sam = sign_in(client, cast.sam)
    path = link_to(Page(sam.get(f"{HERE}?year=2026")), "Bus station")
    page = Page(sam.get(path))
    assert "Quill" not in page.text and "written down" in page.text
    again = Page(page.form(path).submit(sam))
    assert again.status == 400 and again.errors == ["Pick what you need the names for."]
    page = Page(page.form(path).fill(why=Why.WELFARE_MEETING).submit(sam))
    assert page.status == 200
    assert [href for href in page.links.values() if "/young-people/" in href] == [
        f"/young-people/{spring}"
    ]
    with app.app_context():
        lines = db.session.query(AuditEntry).filter(AuditEntry.verb.like("same_place:%")).all()
        assert {(each.verb, each.subject_id, each.reason) for each in lines} == {
            ("same_place:asked", None, "welfare_meeting"),
            ("same_place:named", spring, "welfare_meeting"),
        }


def test_asking_without_a_reason_is_no_line_of_the_audit(app, client, cast, spring, sign_in):
    sam = sign_in(client, cast.sam)
    path = link_to(Page(sam.get(f"{HERE}?year=2026")), "Bus station")
    Page(sam.get(path)).form(path).submit(sam)
    with app.app_context():
        lines = db.session.query(AuditEntry).filter(AuditEntry.verb.like("same_place:%"))
        assert lines.count() == 0


def test_a_supervisor_of_none_of_them_reads_no_name_and_no_number_of_them(
    client, cast, spring, sign_in
):
    sue = sign_in(client, cast.sue)
    path = link_to(Page(sue.get(f"{HERE}?year=2026")), "Bus station")
    page = Page(Page(sue.get(path)).form(path).fill(why=Why.PLANS).submit(sue))
    assert "Nobody whose page you may open was there." in page and "Quill" not in page.text


def test_a_place_with_too_few_cannot_be_asked_for_by_its_address(client, cast, spring, sign_in):
    sam = sign_in(client, cast.sam)
    path = link_to(Page(sam.get(f"{HERE}?year=2026")), "Bus station")
    few = path.rsplit("/", 1)[0] + f"/{key_of('arcade')}"
    assert sam.get(few).status_code == 404
    token = Page(sam.get(path)).form(path).values["csrf_token"][0]
    sent = {"csrf_token": token, "why": str(Why.PLANS)}
    assert sam.post(few, data=sent).status_code == 404
    for other in (path.replace("2026", "2025"), path.replace("2026", "20x6"),
                  path.replace("/2026/", "/2026/9")):  # fmt: skip
        assert sam.get(other).status_code == 404, other


@pytest.mark.parametrize(
    "name", ["olu", "ines", "adil", "jo", "maya", "ade", "far_zed_worker", "far_zed_supervisor"]
)
def test_nobody_else_finds_any_of_it(client, cast, spring, sign_in, name):
    viewer = sign_in(client, getattr(cast, name))
    page = viewer.get(f"{HERE}?year=2026")
    assert page.status_code == 404 or "Bus station" not in page.text
    assert viewer.get(f"{HERE}/2026/2/{key_of('bus station')}").status_code == 404


def test_where_they_said_they_were_when_ready_counts_in_that_time_away_only(app, cast):
    with app.app_context():
        for number in range(6):
            young = seen_at(cast, "unknown")
            at = SPRING + (2 * HOUR if number < 5 else -2 * HOUR)
            check_in = CheckIn(
                idempotency_key=f"k{number}", organisation_id=cast.organisation,
                young_person_id=young, kind="ready", belief=1, sent_by="link", locale="en",
                received_at=at,
            )  # fmt: skip
            db.session.add(check_in)
            db.session.flush()
            plan = ReturnPlan(
                organisation_id=cast.organisation, young_person_id=young, check_in_id=check_in.id,
                state=ReturnState.CLOSED, opened_at=at, answer_due_at=at, closed_at=at + HOUR,
            )  # fmt: skip
            plan.place = "At the library"
            db.session.add(plan)
        db.session.commit()
        [block] = get_places(seen_as(cast.sue), "2026", now=NOW).blocks
        assert block.cells == [Cell("library", 5)] and not block.has_others


def test_a_year_costs_the_same_however_many_places_it_holds(app, cast, spring):
    with app.app_context():
        sue, seen = seen_as(cast.sue), []

        def count(conn, cursor, statement, parameters, context, many):
            seen.append(statement)

        costs = []
        for more in (0, 8):
            for _ in range(more):
                seen_at(cast, "Bus station")
            db.session.commit()
            seen.clear()
            event.listen(db.engine, "before_cursor_execute", count)
            get_places(sue, "2026", now=NOW)
            event.remove(db.engine, "before_cursor_execute", count)
            costs.append(len([each for each in seen if "SELECT" in each.upper()]))
        assert costs[0] == costs[1] <= 9


def test_when_words_are_erased_the_place_is_gone(app, cast, spring):
    with app.app_context():
        db.session.query(PackFact).delete()
        db.session.commit()
        [block] = get_places(seen_as(cast.sue), "2026", now=NOW).blocks
        assert block.cells == [] and not block.has_others
        assert db.session.query(Person).count() > 0
