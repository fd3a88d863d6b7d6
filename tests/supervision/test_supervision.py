"""Thinking over a time away: whose it is, who reads it, and that nobody else ever does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.operators.keeping import erase
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import RelationshipKind
from engage.policy.keeping_rules import Kept
from engage.supervision.actions import NothingWritten, keep_reflection, say_to
from engage.supervision.labels import QUESTIONS as WORDS
from engage.supervision.models import Reflection
from engage.supervision.rules import LONGEST, QUESTIONS, is_empty, kept
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.page import Page, follow

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def episode(app: Flask, cast: Cast) -> UUID:
    """A time away of Maya's that is over."""
    with app.app_context():
        made = Episode(
            young_person_id=cast.maya,
            organisation_id=cast.organisation,
            state=EpisodeState.CLOSED,
            opened_at=NOW - timedelta(days=9),
            closed_at=NOW - timedelta(days=8),
            owner_id=cast.sam,
            packs=[],
            rules=[],
            facts=[],
        )
        db.session.add(made)
        db.session.commit()
        return made.id


def address(episode: UUID) -> str:
    return f"/episodes/{episode}/reflection"


def card(page: Page, words: str) -> str:
    """Where the card that begins with these words leads."""
    return next(there for label, there in page.links.items() if label.startswith(words))


def think(client: FlaskClient, episode: UUID, **answers: str) -> Page:
    form = Page(client.get(address(episode))).form(address(episode)).fill(answers)
    return follow(client, form.submit(client))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {}),
        ({"assumed": "  ", "will_change": None}, {}),
        ({"assumed": " a ", "other": "b"}, {"assumed": "a"}),
        ({"will_change": "x" * (LONGEST + 5)}, {"will_change": "x" * LONGEST}),
    ],
)
def test_only_answers_to_our_questions_are_kept(
    answers: dict[str, str | None], expected: dict[str, str]
) -> None:
    assert kept(answers) == expected
    assert is_empty(answers) == (not expected)


def test_every_question_has_its_words() -> None:
    assert tuple(WORDS) == QUESTIONS


def test_a_worker_thinks_it_over_and_changes_their_mind(
    client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    sam = sign_in(client, cast.sam)
    assert card(Page(sam.get(f"/episodes/{episode}")), "Think it over") == address(episode)
    think(sam, episode, assumed="That she was with friends", will_change="Ask her first")
    page = think(sam, episode, assumed="Nothing", they_said="Nobody listens")
    values = page.form(address(episode)).values
    assert values["assumed"] == ["Nothing"]
    assert values["will_change"] == ["Ask her first"]


def test_a_supervisor_reads_it_answers_and_the_worker_hears(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    sam, sue = sign_in(app.test_client(), cast.sam), sign_in(client, cast.sue)
    think(sam, episode, assumed="That she was with friends")
    page = Page(sue.get(card(Page(sue.get(address(episode))), "Sam")))
    assert page.heading == "What Sam thinks"
    assert "That she was with friends" in page
    form = next(form for form in page.forms if form.action.endswith("/notes"))
    said = follow(sue, form.fill(words="What would have told you?").submit(sue))
    assert "What would have told you?" in said
    mine = Page(sam.get(card(Page(sam.get(address(episode))), "What was said to it")))
    assert mine.heading == "What I think"
    assert "What would have told you?" in mine
    with app.app_context():
        opened = db.session.execute(
            select(AuditEntry.actor_id, AuditEntry.subject_id).where(
                AuditEntry.verb == "reflection:opened"
            )
        ).all()
        # Twice: once to read it, once after saying something. Her own reading of it is her own.
        assert {tuple(row) for row in opened} == {(cast.sue, cast.maya)}


def test_another_worker_of_hers_does_not_read_it(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    with app.app_context():
        people.assign(
            SYSTEM, cast.maya, cast.kits_worker, RelationshipKind.SOCIAL_WORKER,
            now=NOW - timedelta(days=1),
        )  # fmt: skip
        made = keep_reflection(cast.viewer(cast.sam), episode, {"assumed": "PRIVATE"}, now=NOW)
        db.session.commit()
        reflection = made.id
    other = sign_in(client, cast.kits_worker)
    page = Page(other.get(address(episode)))
    assert "PRIVATE" not in page
    assert "What others think" not in page
    assert other.get(f"/reflections/{reflection}").status_code == 404
    # But theirs is their own.
    assert "Save" in think(other, episode, assumed="Mine")


def test_nobody_else_finds_anything(app: Flask, cast: Cast, sign_in: SignIn, episode: UUID) -> None:
    with app.app_context():
        made = keep_reflection(cast.viewer(cast.sam), episode, {"assumed": "PRIVATE"}, now=NOW)
        db.session.commit()
        reflection = made.id
    others = (cast.maya, cast.jo, cast.olu, cast.ines, cast.adil, *cast.strangers.values())
    for person in others:
        client = sign_in(app.test_client(), person)
        for path in (address(episode), f"/reflections/{reflection}"):
            assert client.get(path).status_code == 404
    assert sign_in(app.test_client(), cast.sam).get(address(uuid4())).status_code == 404


def test_out_of_hours_workers_are_shown_no_door_that_is_closed_to_them(
    client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    page = Page(sign_in(client, cast.olu).get(f"/episodes/{episode}"))
    assert "Think it over" not in page


def test_nothing_written_is_said_beside_the_first_question(
    client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    sam = sign_in(client, cast.sam)
    response = Page(sam.get(address(episode))).form(address(episode)).submit(sam)
    assert response.status_code == 400
    assert Page(response).errors == ["Write an answer to at least one question."]


def test_what_is_too_long_is_kept_on_the_page(
    client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    sam = sign_in(client, cast.sam)
    form = Page(sam.get(address(episode))).form(address(episode))
    typed = "x" * (LONGEST + 1)
    response = form.fill(assumed=typed, will_change="Listen").submit(sam)
    assert response.status_code == 400
    again = Page(response).form(address(episode)).values
    assert (again["assumed"], again["will_change"]) == ([typed], ["Listen"])


def test_an_empty_note_is_asked_for_again(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, episode: UUID
) -> None:
    with app.app_context():
        made = keep_reflection(cast.viewer(cast.sam), episode, {"assumed": "A"}, now=NOW)
        db.session.commit()
        path = f"/reflections/{made.id}"
    sue = sign_in(client, cast.sue)
    response = Page(sue.get(path)).form(f"{path}/notes").submit(sue)
    assert response.status_code == 400
    assert Page(response).errors == ["Write something first."]


def test_an_ended_assignment_closes_it(app: Flask, cast: Cast, episode: UUID) -> None:
    with app.app_context():
        sam = cast.viewer(cast.sam)
        made = keep_reflection(sam, episode, {"assumed": "A"}, now=NOW)
        with pytest.raises(NothingWritten):
            say_to(sam, made.id, " ", now=NOW)
        db.session.execute(
            text("UPDATE relationships SET ends_at = starts_at WHERE person_id = :who"),
            {"who": cast.sam if db.engine.dialect.name == "postgresql" else cast.sam.hex},
        )
        for attempt in (
            lambda: say_to(sam, made.id, "Still me", now=NOW),
            lambda: keep_reflection(sam, episode, {"assumed": "B"}, now=NOW),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_it_is_sealed_audited_without_its_words_and_forgotten(
    app: Flask, cast: Cast, episode: UUID
) -> None:
    with app.app_context():
        made = keep_reflection(cast.viewer(cast.sam), episode, {"assumed": "SECRET"}, now=NOW)
        say_to(cast.viewer(cast.sue), made.id, "SECRET too", now=NOW)
        db.session.commit()
        raw = [
            str(db.session.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("reflections", "reflection_notes", "audit_entries")
        ]
        assert not [found for found in raw if "SECRET" in found]
        assert erase(Kept.REFLECTIONS, now=NOW + timedelta(days=170)) == 0
        assert erase(Kept.REFLECTIONS, now=NOW + timedelta(days=190)) == 2
        db.session.commit()
        assert db.session.scalars(select(Reflection)).one().answers == {}
