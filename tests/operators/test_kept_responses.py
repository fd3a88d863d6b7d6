"""What was noted while somebody was away and when they came back goes in its own time: words,
names, papers and pictures; what happened, and when, stays to be counted."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.asking.rules import Heard, How
from engage.checkins.ready_models import ReturnPlan, ReturnState, ReturnUnwanted
from engage.danger.models import DangerLook
from engage.danger.rules import Thinks
from engage.db import db
from engage.efforts.models import CourtItem, Effort, EffortMade, Need, Searcher, SearcherLine
from engage.efforts.rules import (
    CourtKind,
    NeedKind,
    NeedState,
    Result,
    SearcherKind,
    SearcherState,
    Whom,
)
from engage.episodes.models import Episode
from engage.episodes.notice_models import EpisodeNotice
from engage.evidence.models import NoticeFact, NoticeFile
from engage.evidence.rules import Field
from engage.interviews.models import InterviewAttempt, ReturnInterview
from engage.interviews.rules import InterviewState, Reached
from engage.missing_pack.models import MissingPack, PackFact
from engage.missing_pack.rules import Fact
from engage.operators import keeping
from engage.outreach.models import AskAnswer, Channel, Outcome, OutreachAsk, OutreachTry
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.returns.models import ReturnRecord
from engage.returns.rules import Choice, Way
from tests.cast import NOW, Cast
from tests.checkins.texting import own_number, phone_of, text
from tests.episodes.away import S, become, opened

DAY = timedelta(days=1)
WORD = "Elm Road, Bo's"


@pytest.fixture
def inside(app, cast: Cast):
    with app.app_context():
        own_number(cast)
        yield cast


def closed(cast: Cast) -> Episode:
    """A time away that is over, with all of its words still there."""
    text(phone_of(cast.maya), "ready", now=NOW)
    episode = opened(cast)
    _fill(cast, episode)
    become(cast, episode, S.RETURNED, NOW)
    row = db.session.get_one(Episode, episode.id)
    row.state, row.closed_at = S.CLOSED, NOW
    for plan in db.session.scalars(select(ReturnPlan)):
        plan.state, plan.closed_at = ReturnState.CLOSED, NOW
    db.session.commit()
    return row


def _fill(cast: Cast, episode: Episode) -> None:
    notice = db.session.scalars(
        select(EpisodeNotice).where(EpisodeNotice.episode_id == episode.id)
    ).first()
    plan = db.session.scalars(select(ReturnPlan)).first()
    assert notice is not None and plan is not None
    effort = db.session.scalars(select(Effort)).first() or _effort(cast, episode)
    by, about = {"by_id": cast.sam}, {"episode_id": episode.id, "young_person_id": cast.maya}
    looker = Searcher(
        episode_id=episode.id, kind=SearcherKind.FRIEND, name=WORD, phone=WORD, asked_to=[],
        may_know=[], state=SearcherState.YES, added_by_id=cast.sam, added_at=NOW,
    )  # fmt: skip
    question = TrustedQuestion(**about, person_id=cast.ade, asked_by_id=cast.sam, asked_at=NOW)
    talk = ReturnInterview(
        young_person_id=cast.maya, organisation_id=cast.organisation, state=InterviewState.DONE,
        opened_at=NOW, done_at=NOW, who_name=WORD, where=WORD, when=WORD, may_know=WORD,
        language=WORD, decline_reason=WORD, interviewer_name=WORD, place=WORD,
    )  # fmt: skip
    db.session.add_all([looker, question, talk, effort])
    db.session.flush()
    db.session.add_all([
        NoticeFact(notice_id=notice.id, field=Field.NAME, number=1, value=WORD, recorded_at=NOW,
                   **by),
        NoticeFile(notice_id=notice.id, kind="pdf", name=WORD, content=b"%PDF", size=4,
                   added_by_id=cast.sam, added_at=NOW),
        OutreachTry(**about, **by, at=NOW, recorded_at=NOW, channel=Channel.CALL,
                    outcome=Outcome.REACHED, account=WORD, words=WORD, key="k"),
        OutreachAsk(**about, person_id=cast.jo, asked_by_id=cast.sam, asked_at=NOW,
                    answer=AskAnswer.TRIED, words=WORD),
        TrustedAnswer(question_id=question.id, heard=Heard.NO, how=How.TEXT, at=NOW),
        DangerLook(episode_id=episode.id, thinks=next(iter(Thinks)), at=NOW, key="k", **by),
        EffortMade(effort_id=effort.id, at=NOW, due_at=NOW, result=Result.NEWS, note=WORD, **by),
        Need(episode_id=episode.id, kind=NeedKind.BED, owner_id=cast.sam, state=NeedState.READY,
             changed_by_id=cast.sam, changed_at=NOW, note=WORD),
        SearcherLine(searcher_id=looker.id, state=SearcherState.YES, at=NOW, number=1, note=WORD,
                     **by),
        PackFact(episode_id=episode.id, fact=next(iter(Fact)), words=WORD, at=NOW, number=1, **by),
        MissingPack(**about, number=1, made_by_id=cast.sam, made_at=NOW, parts=[],
                    circumstances=[], content=WORD),
        CourtItem(**about, kind=CourtKind.WARRANT, number=WORD, court=WORD,
                  issued_on=date(2026, 10, 1), noted_by_id=cast.sam, noted_at=NOW,
                  recalled_at=NOW, recalled_by_id=cast.sam, recalled_how=WORD),
        ReturnUnwanted(return_plan_id=plan.id, person_id=cast.jo),
        ReturnRecord(episode_id=episode.id, number=1, way=next(iter(Way)),
                     by_choice=next(iter(Choice)), checks={}, where_to=WORD, condition=WORD,
                     needs=WORD, reason=WORD, at=NOW, **by),
        InterviewAttempt(interview_id=talk.id, at=NOW, reached=next(iter(Reached)), note=WORD,
                         **by),
    ])  # fmt: skip
    db.session.commit()


def _effort(cast: Cast, episode: Episode) -> Effort:
    return Effort(
        episode_id=episode.id, whom=Whom.FAMILY, owner_id=cast.sam, every_seconds=60, source="x",
        started_at=NOW, next_due_at=NOW,
    )  # fmt: skip


# For each kind: what goes whole, and which words of rows that stay.
WHOLE: dict[Kept, tuple[Any, ...]] = {
    Kept.EVIDENCE: (NoticeFact, NoticeFile),
    Kept.ASKING: (TrustedAnswer, TrustedQuestion),
    Kept.DANGER: (DangerLook,),
    Kept.SEARCHERS: (SearcherLine, Searcher),
    Kept.MISSING_PACKS: (PackFact, MissingPack),
    Kept.COURT_ITEMS: (CourtItem,),
    Kept.WAYS_BACK: (ReturnUnwanted,),
}
EMPTIED: dict[Kept, tuple[tuple[Any, tuple[str, ...]], ...]] = {
    Kept.OUTREACH: ((OutreachTry, ("account", "words")), (OutreachAsk, ("words",))),
    Kept.EFFORTS: ((EffortMade, ("note",)), (Need, ("note",))),
    Kept.RETURNS: ((ReturnRecord, ("where_to", "condition", "needs", "reason")),),
    Kept.INTERVIEWS: (
        (InterviewAttempt, ("note",)),
        (ReturnInterview, ("who_name", "where", "when", "may_know", "language",
                           "decline_reason", "interviewer_name", "place")),
    ),
}  # fmt: skip


def erase(kind: Kept, at: datetime) -> int:
    done = 0
    while more := keeping.erase(kind, now=at):
        done += more
    db.session.commit()
    db.session.expire_all()
    return done


@pytest.mark.parametrize("kind", WHOLE)
def test_rows_that_are_only_words_or_names_go_whole_and_not_a_day_before(
    inside: Cast, kind: Kept
) -> None:
    closed(inside)
    kept = DEFAULT_DAYS[kind] * DAY
    assert erase(kind, NOW + kept - DAY) == 0
    erase(kind, NOW + kept + DAY)
    for table in WHOLE[kind]:
        assert not [*db.session.scalars(select(table))], table.__name__
    assert db.session.scalars(select(EpisodeNotice)).first() is not None, "that they heard stays"


@pytest.mark.parametrize("kind", EMPTIED)
def test_words_of_other_rows_go_and_what_was_done_when_by_whom_stays(
    inside: Cast, kind: Kept
) -> None:
    closed(inside)
    kept = DEFAULT_DAYS[kind] * DAY
    assert erase(kind, NOW + kept - DAY) == 0
    assert erase(kind, NOW + kept + DAY) == len(EMPTIED[kind])
    for table, names in EMPTIED[kind]:
        (row,) = db.session.scalars(select(table))
        assert [getattr(row, name) for name in names] == [None] * len(names)
    assert erase(kind, NOW + kept + 2 * DAY) == 0, "a second run finds nothing"


@pytest.mark.parametrize("kind", [*WHOLE, *EMPTIED])
def test_nothing_of_it_goes_while_the_time_away_is_not_over(inside: Cast, kind: Kept) -> None:
    episode = closed(inside)
    episode.state, episode.closed_at = S.RETURNED, None
    db.session.commit()
    assert erase(kind, NOW + 9 * 365 * DAY) == 0


def test_what_a_court_issued_stays_until_it_is_recalled(inside: Cast) -> None:
    closed(inside)
    (item,) = db.session.scalars(select(CourtItem))
    item.recalled_at = item.recalled_by_id = item.recalled_how = None
    db.session.commit()
    assert erase(Kept.COURT_ITEMS, NOW + 9 * 365 * DAY) == 0
    assert db.session.get_one(CourtItem, item.id).number == WORD


@pytest.mark.parametrize("state", [InterviewState.OWED, InterviewState.BOOKED])
def test_what_was_chosen_for_a_talk_stays_until_the_talk_is_over(
    inside: Cast, state: InterviewState
) -> None:
    closed(inside)
    (talk,) = db.session.scalars(select(ReturnInterview))
    talk.state, talk.done_at = state, None
    db.session.commit()
    assert erase(Kept.INTERVIEWS, NOW + 9 * 365 * DAY) == 0
    ids: list[UUID] = [*db.session.scalars(select(InterviewAttempt.id))]
    assert len(ids) == 1 and db.session.get_one(ReturnInterview, talk.id).where == WORD
