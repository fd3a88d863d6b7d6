"""What is done while Maya is away stands on the timeline, for those who may read each part."""

from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from engage.checkins.models import CheckIn
from engage.checkins.ready_models import ReturnPlan, ReturnState, ReturnStep, StepKind, StepState
from engage.danger.models import DangerLook
from engage.danger.rules import Thinks
from engage.db import Base, db
from engage.efforts.models import CourtItem, Effort, EffortMade, Searcher, SearcherLine
from engage.efforts.rules import CourtKind, Result, SearcherKind, SearcherState, Whom
from engage.episodes.models import Episode
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import NoticeState, Phase
from engage.evidence.models import NoticeFact, NoticeFile
from engage.evidence.rules import Field
from engage.missing_pack.models import MissingPack
from engage.outreach.models import (
    AskAnswer,
    Channel,
    Outcome,
    OutreachAsk,
    OutreachLead,
    OutreachTry,
)
from engage.timeline.labels import detail, heading, own_heading, words
from engage.timeline.parts import GROUP_OF, PARTS, SEALED
from engage.timeline.queries import Timeline, whole_timeline
from engage.timeline.rules import Group
from tests.cast import NOW, Cast
from tests.episodes.away import HOUR
from tests.timeline.evening import an_evening

LATER = NOW + 6 * HOUR
AT = NOW + 2 * HOUR
WRITTEN = ("report 4711", "a kind word", "my account", "I rang twice", "Uncle Bo", "by the river",
           "the night court", "scan.pdf", "nothing new there")  # fmt: skip


def kept(row: Base, **sealed: str) -> UUID:
    """Keep a row with sealed words."""
    for name, value in sealed.items():
        setattr(row, name, value)
    db.session.add(row)
    db.session.flush()
    return row.id


def everything(cast: Cast, episode: Episode) -> None:
    """Let one of each kind of thing be done by Sam, and one of some by Jo."""
    about = {"episode_id": episode.id, "young_person_id": cast.maya}
    notice = db.session.scalars(
        select(EpisodeNotice).where(EpisodeNotice.episode_id == episode.id, EpisodeNotice.to ==
                                    "police", EpisodeNotice.phase == Phase.MISSING)
    ).one()  # fmt: skip
    notice.told_at, notice.state = AT, NoticeState.DONE
    notice.ended_at, notice.ended_by_id = AT, cast.sam
    fact = {"notice_id": notice.id, "recorded_at": AT}
    kept(NoticeFact(field=Field.REPORT_NUMBER, number=1, by_id=cast.sam, **fact),
         value="report 4711")  # fmt: skip
    kept(NoticeFact(field=Field.NCIC_ASKED, number=2, by_id=cast.jo, **fact), value="yes")
    kept(NoticeFile(notice_id=notice.id, kind="pdf", size=3, added_by_id=cast.sam, added_at=AT),
         name="scan.pdf", sealed_content="eHh4")  # fmt: skip
    kept(OutreachTry(by_id=cast.sam, at=AT, recorded_at=AT, channel=Channel.SOCIAL, key="1",
                     outcome=Outcome.SEEN, **about),
         words="a kind word", account="my account")  # fmt: skip
    kept(OutreachLead(episode_id=episode.id, person_id=cast.sam, since=AT, named_by_id=cast.sue))
    kept(OutreachAsk(person_id=cast.jo, asked_by_id=cast.sam, asked_at=AT, answer=AskAnswer.TRIED,
                     answered_at=AT, **about), words="I rang twice")  # fmt: skip
    kept(MissingPack(number=1, made_by_id=cast.sam, made_at=AT, parts=[], circumstances=[],
                     **about), content="{}")  # fmt: skip
    effort = kept(Effort(episode_id=episode.id, whom=Whom.SCHOOL, owner_id=cast.sam,
                         every_seconds=60, source="x", started_at=AT, next_due_at=AT))  # fmt: skip
    kept(EffortMade(effort_id=effort, by_id=cast.sam, at=AT, due_at=AT, result=Result.NO_NEWS),
         note="nothing new there")  # fmt: skip
    searcher = kept(
        Searcher(episode_id=episode.id, kind=SearcherKind.FAMILY, asked_to=[], may_know=[],
                 state=SearcherState.YES, added_by_id=cast.sam, added_at=AT), name="Uncle Bo"
    )  # fmt: skip
    kept(SearcherLine(searcher_id=searcher, state=SearcherState.YES, by_id=cast.sam, at=AT,
                      number=1), note="by the river")  # fmt: skip
    kept(CourtItem(kind=CourtKind.WARRANT, issued_on=AT.date(), noted_by_id=cast.sam, noted_at=AT,
                   recalled_at=AT, recalled_by_id=cast.sam, **about),
         number="W 1", court="the night court", recalled_how="by phone")  # fmt: skip
    kept(DangerLook(episode_id=episode.id, thinks=Thinks.DONT_KNOW, by_id=cast.jo, at=AT, key="1"))
    check_in = db.session.scalars(select(CheckIn.id)).first()
    plan = kept(ReturnPlan(organisation_id=cast.organisation, young_person_id=cast.maya,
                           check_in_id=check_in, state=ReturnState.ANSWERED, opened_at=AT,
                           answer_due_at=AT, answer="on_the_way", answered_at=AT,
                           answered_by_id=cast.sam))  # fmt: skip
    for number, (kind, owner) in enumerate(((StepKind.LIFT, cast.jo), (StepKind.FOOD, cast.sam))):
        kept(ReturnStep(organisation_id=cast.organisation, young_person_id=cast.maya,
                        return_plan_id=plan, slot=str(kind), wish=kind, kind=kind, number=number,
                        state=StepState.DONE, owner_id=owner, asked_at=AT, due_at=AT, ended_at=AT),
             words="secret words of a step")  # fmt: skip
    db.session.commit()


@pytest.fixture
def done(inside: Cast) -> Cast:
    everything(inside, an_evening(inside))
    return inside


def of(cast: Cast, who: UUID) -> Timeline:
    return whole_timeline(cast.viewer(who, LATER), cast.maya, now=LATER)


def sources(found: Timeline) -> Counter[str]:
    return Counter(one.line.source for one in found.happenings)


def told(found: Timeline) -> str:
    say = own_heading if found.is_own else heading
    return "\n".join(
        f"{say(one)} | {'' if found.is_own else detail(one)} | {one.by} | {words(one)} {one.more}"
        for one in found.happenings
    )


def test_every_kind_of_line_is_there_for_the_social_worker_and_has_words(done: Cast) -> None:
    found = of(done, done.sam)
    assert set(GROUP_OF) - set(sources(found)) <= {
        "worry_decided", "alert_taken", "alert_over", "kind", "handed_over",
        "own_told", "own_not_told", "own_reached", "own_asked",
        # tests/timeline/test_meetings.py
        "staffing", "staffing_reason", "meeting_set", "meeting_held", "meeting_words",
        "meeting_done", "own_invited", "own_heard",
    }  # fmt: skip
    lines = told(found)
    assert "Something else" not in lines
    for written in WRITTEN:
        assert written in lines, written
    for line in ("Told: The police", "Noted: Number of the report | The police | Sam",
                 "Leads the outreach: Sam", "Was asked to get in touch: Jo",
                 "Reached out: Social media", "Pages were made for those who look",
                 "Asked again: School | They know nothing new",
                 "A step of coming back: A lift (Jo) | Done"):  # fmt: skip
        assert line in lines, line
    # What a step says stays on its own page, where who may read which part is asked.
    assert "secret words" not in lines


def test_a_carer_reads_that_somebody_was_told_and_only_their_own_notes(done: Cast) -> None:
    found = of(done, done.jo)
    there = sources(found)
    assert there["told"] == 1 and there["told_fact"] == 1 and there["step"] == 1
    assert not {"paper", "pack", "court", "court_over"} & set(there)
    lines = told(found)
    assert "Yes" in lines and "report 4711" not in lines and "A lift (Jo)" in lines
    assert "Something to eat" not in lines and "the night court" not in lines
    assert there["outreach"] == 1  # O26: carers help to reach out, and see what was tried


def test_an_interviewer_reads_neither_reports_nor_outreach_nor_packs(done: Cast) -> None:
    there = sources(of(done, done.ines))
    assert not {"told", "told_fact", "paper", "outreach", "asked", "pack", "step", "court"} & set(
        there
    )
    assert there["effort"] == 1


@pytest.mark.parametrize("who", ["sue", "olu"])
def test_the_team_reads_what_was_done(done: Cast, who: str) -> None:
    there = sources(of(done, getattr(done, who)))
    assert {"told_fact", "outreach", "pack", "effort", "searcher", "court", "step"} <= set(there)


def test_the_young_person_reads_their_steps_and_nothing_that_others_wrote(done: Cast) -> None:
    found = of(done, done.maya)
    there = sources(found)
    assert there["step"] == 2 and there["way_back_answered"] == 1
    assert not {"told", "told_fact", "paper", "outreach", "pack", "court", "effort", "searcher",
                "danger_look"} & set(there)  # fmt: skip
    lines = told(found)
    for written in (*WRITTEN, "secret words"):
        assert written not in lines, written


def test_every_group_has_parts_and_every_sealed_column_a_line() -> None:
    assert set(PARTS) == set(Group) == set(GROUP_OF.values())
    assert set(SEALED) <= set(GROUP_OF)
