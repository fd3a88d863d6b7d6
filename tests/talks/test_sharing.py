"""Who sees which line: a table of every sharing and role, and no way around it."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engage.db import db
from engage.people.access import Viewer
from engage.people.models import LinkKind
from engage.talks import actions, queries, sharing_actions
from engage.talks.queries import agreed_lines, get_page, own_talks
from engage.talks.reading import Line
from engage.talks.rules import TOLD, Audience, TalkState
from engage.web.errors import Changed, NotFound
from tests.cast import Cast
from tests.talks.conftest import SAID, SOON, Held, later, the_record

WORKER, CARER, TEAM = Audience.WORKER, Audience.CARER, Audience.TEAM
POLICE, NOBODY = Audience.POLICE, Audience.NOBODY
# Who reads a line on a screen, by what Maya agreed to. Ines wrote it, and Maya said it.
READS = {
    (): {"ines", "maya"},
    (NOBODY,): {"ines", "maya"},
    (WORKER,): {"ines", "maya", "sam", "sue"},
    (CARER,): {"ines", "maya"},
    (TEAM,): {"ines", "maya"},
    (POLICE,): {"ines", "maya"},
    (WORKER, CARER, TEAM, POLICE): {"ines", "maya", "sam", "sue"},
    (CARER, TEAM, POLICE): {"ines", "maya"},
}
ROLES = (
    "maya", "jo", "sam", "sue", "olu", "ines", "adil", "ade", "kit", "kits_worker", "zed_worker",
    "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor",
)  # fmt: skip


def sees(cast: Cast, who: str, now: Any = SOON) -> set[str]:
    """Return the questions whose words somebody finds by any query there is."""
    viewer = cast.viewer(getattr(cast, who))
    found = [line for _, line in agreed_lines(viewer, cast.maya, now=now)]
    for talk in own_talks(viewer, now=now):
        found += talk.lines
    with suppress(NotFound):
        found += get_page(viewer, the_record().id, now=now).lines
    return questions(found)


def questions(lines: Iterable[Line]) -> set[str]:
    return {line.question.id for line in lines if line.has_words}


def agree(cast: Cast, talk: UUID, question: str, *audiences: Audience, who: str = "ines") -> None:
    viewer = cast.viewer(getattr(cast, who))
    seen = next(
        line.newest for _, line in agreed_lines(cast.viewer(cast.ines), cast.maya, now=SOON)
        if line.question.id == question
    )  # fmt: skip
    sharing_actions.share_line(viewer, talk, question, audiences, seen=seen, now=SOON)
    db.session.commit()


@pytest.mark.parametrize("agreed", READS, ids=lambda each: "+".join(each) or "not asked")
def test_a_line_is_read_by_those_it_is_shared_with_and_nobody_else(
    app: Flask, cast: Cast, held: Held, agreed: tuple[Audience, ...]
) -> None:
    talk = held()
    with app.app_context():
        if agreed:
            agree(cast, talk, "stay", *agreed)
        assert {who for who in ROLES if "stay" in sees(cast, who)} == READS[agreed]
        # Of the lines they were not asked about, nobody else sees any.
        assert {who for who in ROLES if "before" in sees(cast, who)} == {"ines", "maya"}


@pytest.mark.parametrize("audience", TOLD)
def test_what_is_told_on_holds_only_what_was_agreed_with_them_and_its_reader(
    app: Flask, cast: Cast, held: Held, audience: Audience
) -> None:
    talk = held()
    with app.app_context():
        agree(cast, talk, "stay", audience, *({WORKER} - {audience}))
        agree(cast, talk, "before", audience)
        by = {}
        for who in ("ines", "sam", "zed_worker"):
            viewer = cast.viewer(getattr(cast, who))
            found = agreed_lines(viewer, cast.maya, now=SOON, audience=audience, on_paper=True)
            by[who] = questions(line for _, line in found)
    # Ines hands on both; Sam only what Sam may read too.
    both = {"stay", "before"}
    assert by == {
        "ines": both, "sam": both if audience is WORKER else {"stay"}, "zed_worker": set(),
    }  # fmt: skip


def test_before_it_was_read_back_the_young_person_sees_nothing_to_agree_to(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held(read_back=False)
    with app.app_context():
        assert sees(cast, "maya") == set()
        with pytest.raises(NotFound):
            agree(cast, talk, "stay", WORKER, who="maya")


def test_taken_back_by_the_young_person_it_is_gone_at_once(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        agree(cast, talk, "stay", WORKER, CARER)
        assert "stay" in sees(cast, "sam")
        maya = cast.viewer(cast.maya)
        sharing_actions.withdraw_line(maya, talk, "stay", WORKER, now=SOON)
        assert sees(cast, "sam") == set()
        (line,) = [each for each in own_talks(maya, now=SOON)[0].lines if CARER in each.agreed]
        assert line.question.id == "stay"
        with pytest.raises(Changed):
            sharing_actions.withdraw_line(maya, talk, "stay", WORKER, now=SOON)


def test_what_was_said_after_they_agreed_closes_the_line_until_they_are_asked_again(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        agree(cast, talk, "stay", WORKER)
        ines = cast.viewer(cast.ines)
        actions.answer(ines, talk, "stay", "And my dog", key="again", now=SOON)
        assert sees(cast, "sam") == set()
        agree(cast, talk, "stay", WORKER)
        (line,) = get_page(cast.viewer(cast.sam), talk, now=SOON).lines
        assert (line.answer.words, [each.words for each in line.earlier]) == (
            "And my dog", [SAID["stay"]],
        )  # fmt: skip


def test_what_arrives_between_looking_and_agreeing_is_not_shared(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        seen = the_record().last_number
        actions.answer(ines, talk, "stay", "From another phone", key="other", now=SOON)
        sharing_actions.share_line(ines, talk, "stay", [WORKER], seen=seen, now=SOON)
        assert sees(cast, "sam") == set()
        for wrong in (0, -1, seen + 100):
            with pytest.raises(Changed):
                sharing_actions.share_line(ines, talk, "stay", [WORKER], seen=wrong, now=SOON)


@pytest.mark.parametrize("who", [w for w in ROLES if w not in {"ines", "maya"}])
def test_nobody_else_agrees_for_the_young_person(
    app: Flask, cast: Cast, held: Held, who: str
) -> None:
    talk = held()
    with app.app_context():
        agree(cast, talk, "stay", WORKER)
        viewer = cast.viewer(getattr(cast, who))
        with pytest.raises(NotFound):
            sharing_actions.share_line(viewer, talk, "before", [WORKER], seen=1, now=SOON)
        with pytest.raises(NotFound):
            sharing_actions.withdraw_line(viewer, talk, "stay", WORKER, now=SOON)


def test_a_link_shows_and_changes_nothing(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        for kind in (LinkKind.RETURN, LinkKind.CHECK_IN):
            by_link = Viewer(
                organisation_id=cast.organisation, person_id=cast.maya, area="link",
                kind=cast.viewer(cast.maya).kind, link_kind=kind, young_person_id=cast.maya,
            )  # fmt: skip
            assert own_talks(by_link, now=SOON) == []
            with pytest.raises(NotFound):
                sharing_actions.share_line(by_link, talk, "stay", [WORKER], seen=1, now=SOON)


def test_after_sign_off_only_the_young_person_opens_more(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        agree(cast, talk, "stay", WORKER, CARER)
        actions.hand_in(cast.viewer(cast.ines), talk, now=SOON)
        actions.sign_off(cast.viewer(cast.sue), talk, now=SOON)
        assert the_record().state == TalkState.SIGNED_OFF
        with pytest.raises(Changed):
            agree(cast, talk, "before", WORKER)
        db.session.rollback()
        agree(cast, talk, "stay", CARER)
        assert sees(cast, "sam") == set()
        agree(cast, talk, "before", WORKER, who="maya")
        assert sees(cast, "sam") == {"before"}


def test_nobody_with_somebody_is_refused_and_so_is_nothing(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        for picked in ([], [NOBODY, WORKER]):
            with pytest.raises(Changed):
                agree(cast, talk, "stay", *picked)


STEP = st.tuples(
    st.sampled_from(["answer", "correct", "share", "withdraw", "skip"]),
    st.sampled_from(["before", "stay"]),
    st.frozensets(st.sampled_from(list(TOLD)), max_size=3),
    st.booleans(),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, max_size=8))
def test_no_sequence_shows_a_line_to_somebody_not_agreed(
    app: Flask, cast: Cast, held: Held, steps: list[Any]
) -> None:
    """Kept beside the program: per line the words that stand there, and who agreed to those."""
    with app.app_context():
        talk = getattr(app, "one_talk", None) or held()
        app.one_talk = talk  # type: ignore[attr-defined]
        ines, maya = cast.viewer(cast.ines), cast.viewer(cast.maya)
        agreed: dict[str, frozenset[Audience]] = {}
        for question in ("before", "stay"):
            # Each example begins with fresh words, agreed with nobody.
            actions.answer(ines, talk, question, "fresh", key=new_key(app), now=SOON)
        said = {"before", "stay"}
        for what, question, audiences, by_maya in steps:
            who = maya if by_maya else ines
            if what in ("answer", "correct", "skip"):
                words = "" if what == "skip" else f"words {new_key(app)}"
                act = actions.correct if what == "correct" else actions.answer
                act(ines, talk, question, words, key=new_key(app), now=SOON)
                agreed.pop(question, None)
                (said.discard if what == "skip" else said.add)(question)
            elif question not in said:
                continue
            elif what == "share":
                wanted = audiences or frozenset({NOBODY})
                seen = the_record().last_number
                sharing_actions.share_line(who, talk, question, wanted, seen=seen, now=SOON)
                agreed[question] = wanted
            else:
                for audience in audiences & agreed.get(question, frozenset()):
                    sharing_actions.withdraw_line(who, talk, question, audience, now=SOON)
                    agreed[question] -= {audience}
            open_to_sam = {q for q in said if WORKER in agreed.get(q, ())}
            assert sees(cast, "sam") == sees(cast, "sue") == open_to_sam
            assert sees(cast, "jo") == sees(cast, "olu") == sees(cast, "zed_worker") == set()
        db.session.rollback()


def new_key(app: Flask) -> str:
    app.keys = getattr(app, "keys", 0) + 1  # type: ignore[attr-defined]
    return f"key-{app.keys}"  # type: ignore[attr-defined]


def test_my_worker_is_nobody_elses_worker(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        agree(cast, talk, "stay", WORKER)
        assert sees(cast, "sam") == {"stay"}
        # Kit's worker has nothing to do with Maya, whatever is shared with "my worker".
        assert sees(cast, "kits_worker") == set()
        assert queries.list_talks(cast.viewer(cast.sam), cast.maya, now=later(1))
