"""One way of versions for every kind of wording: the same tests for each of its tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.audit.models import AuditEntry
from engage.db import db
from engage.questions import actions as question_actions
from engage.questions.models import QuestionVersion
from engage.questions.queries import newest_version
from engage.web.errors import Changed, NotFound
from engage.wordings import actions, queries
from engage.wordings.models import Version
from engage.wordings.rules import WordingState
from engage.worries import set_actions
from engage.worries.models import PromptVersion
from engage.worries.set_queries import newest_set
from tests.at_once import at_once
from tests.cast import NOW, Cast
from tests.sealing import is_sealed


@dataclass(frozen=True)
class Wording:
    """One kind of wording: its table, and what its own package does with it."""

    table: type[Version]
    open: Callable[..., Any]
    publish: Callable[..., Any]
    discard: Callable[..., None]
    newest: Callable[..., str]
    ours: str


KINDS = {
    "questions": Wording(
        QuestionVersion, question_actions.open_draft, question_actions.publish,
        question_actions.discard, newest_version, question_actions.NEWEST,
    ),
    "prompts": Wording(
        PromptVersion, set_actions.open_draft, set_actions.publish, set_actions.discard,
        newest_set, set_actions.NEWEST,
    ),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Wording:
    return KINDS[request.param]


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield


def rows(kind: Wording) -> list[tuple[int, str]]:
    found = db.session.scalars(select(kind.table).order_by(kind.table.number))
    return [(row.number, str(row.state)) for row in found]


def verbs(kind: Wording) -> list[str]:
    like = AuditEntry.verb.like(f"{kind.table.audited_as}:%")
    return sorted(db.session.scalars(select(AuditEntry.verb).where(like)))


@pytest.mark.usefixtures("inside")
class TestVersions:
    def test_without_a_version_ours_is_used(self, kind: Wording, cast: Cast) -> None:
        sue = cast.viewer(cast.sue)
        assert kind.newest(sue, cast.organisation) == kind.ours
        assert queries.list_versions(sue, kind.table) == []

    def test_a_draft_changes_nothing_until_it_is_published(self, kind: Wording, cast: Cast) -> None:
        sue = cast.viewer(cast.sue)
        draft = kind.open(sue, now=NOW)
        assert kind.open(sue, now=NOW) is draft
        assert kind.newest(sue, cast.organisation) == kind.ours
        assert draft.published_at is None and draft.made_by_id == cast.sue
        published = kind.publish(sue, now=NOW)
        assert published is draft and published.published_at == NOW
        assert kind.newest(sue, cast.organisation) == "own-1"
        assert verbs(kind) == [
            f"{kind.table.audited_as}:draft_begun", f"{kind.table.audited_as}:published"
        ]  # fmt: skip

    def test_a_second_one_replaces_the_first_which_can_still_be_found(
        self, kind: Wording, cast: Cast
    ) -> None:
        sue = cast.viewer(cast.sue)
        for _ in range(2):
            kind.open(sue, now=NOW)
            kind.publish(sue, now=NOW)
        db.session.commit()
        assert rows(kind) == [(1, "replaced"), (2, "published")]
        first = queries.find_named(sue, kind.table, cast.organisation, "own-1")
        assert first is not None and first.name == "own-1"
        assert [each.number for each in queries.list_versions(sue, kind.table)] == [2, 1]

    def test_it_begins_with_what_is_in_use(self, kind: Wording, cast: Cast) -> None:
        sue = cast.viewer(cast.sue)
        kind.open(sue, now=NOW).edits = '{"order": ["a"]}'
        kind.publish(sue, now=NOW)
        assert kind.open(sue, now=NOW).edits == '{"order": ["a"]}'

    def test_a_number_of_a_draft_thrown_away_can_come_again(
        self, kind: Wording, cast: Cast
    ) -> None:
        sue = cast.viewer(cast.sue)
        kind.open(sue, now=NOW)
        kind.discard(sue, now=NOW)
        db.session.commit()
        assert rows(kind) == []
        assert kind.open(sue, now=NOW).number == 1

    def test_a_replaced_number_never_comes_again(self, kind: Wording, cast: Cast) -> None:
        sue = cast.viewer(cast.sue)
        kind.open(sue, now=NOW)
        kind.publish(sue, now=NOW)
        kind.open(sue, now=NOW)
        kind.discard(sue, now=NOW)
        assert kind.open(sue, now=NOW).number == 2

    def test_without_a_draft_nothing_is_published_or_thrown_away(
        self, kind: Wording, cast: Cast
    ) -> None:
        for act in (kind.publish, kind.discard):
            with pytest.raises(Changed):
                act(cast.viewer(cast.sue), now=NOW)
            db.session.rollback()

    def test_where_young_people_tried_it_is_kept_sealed(self, kind: Wording, cast: Cast) -> None:
        sue = cast.viewer(cast.sue)
        kind.open(sue, now=NOW)
        kind.publish(sue, now=NOW)
        on = date(2026, 11, 20)
        actions.record_test(sue, kind.table, 1, where="Youth council " * 40, on=on, now=NOW)
        db.session.commit()
        found = queries.get_version(sue, kind.table, 1)
        assert found.tested_on == on and len(found.tested_with) == actions.LONGEST_PLACE
        raw = db.session.scalar(select(kind.table.__table__.c.tested_with))
        assert is_sealed(raw)
        with pytest.raises(NotFound):
            actions.record_test(sue, kind.table, 7, where="x", on=on, now=NOW)

    @pytest.mark.parametrize(
        "who", ["maya", "jo", "ade", "sam", "olu", "ines", "zed_worker", "zed_carer", "zed_young"]
    )
    def test_nobody_else_changes_it(self, kind: Wording, cast: Cast, who: str) -> None:
        kind.open(cast.viewer(cast.sue), now=NOW)
        db.session.commit()
        for act in (kind.open, kind.publish, kind.discard):
            with pytest.raises(NotFound):
                act(cast.viewer(getattr(cast, who)), now=NOW)
            db.session.rollback()
        assert rows(kind) == [(1, "draft")]

    def test_another_organisation_has_its_own(self, kind: Wording, cast: Cast) -> None:
        far = cast.viewer(cast.far_zed_supervisor)
        kind.open(cast.viewer(cast.sue), now=NOW)
        kind.publish(cast.viewer(cast.sue), now=NOW)
        assert kind.newest(far, cast.other_organisation) == kind.ours
        assert queries.list_versions(far, kind.table) == []
        assert queries.find_named(far, kind.table, cast.other_organisation, "own-1") is None
        assert kind.open(far, now=NOW).number == 1

    @pytest.mark.parametrize("state", [WordingState.DRAFT, WordingState.PUBLISHED])
    def test_the_database_itself_allows_one_of_each(
        self, kind: Wording, cast: Cast, state: WordingState
    ) -> None:
        for number in (1, 2):
            db.session.add(
                kind.table(
                    organisation_id=cast.organisation, number=number, state=state, base="2026-1",
                    edits="{}", made_by_id=cast.sue, changed_at=NOW,
                )
            )  # fmt: skip
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_six_who_begin_at_once_share_one_draft(app: Flask, cast: Cast, kind: Wording) -> None:
    def begin() -> object:
        return kind.open(cast.viewer(cast.sue), now=NOW).number

    assert at_once(app, [begin] * 6) == [1] * 6
    with app.app_context():
        assert rows(kind) == [(1, "draft")]


def test_of_four_who_publish_at_once_one_does(app: Flask, cast: Cast, kind: Wording) -> None:
    with app.app_context():
        kind.open(cast.viewer(cast.sue), now=NOW)
        db.session.commit()

    def publish() -> object:
        return kind.publish(cast.viewer(cast.sue), now=NOW).number

    results = at_once(app, [publish] * 4, refusals=(Changed,))
    assert sorted(isinstance(each, Changed) for each in results) == [False, True, True, True]
    with app.app_context():
        assert rows(kind) == [(1, "published")]
