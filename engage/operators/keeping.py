"""What is kept of a young person's words, how long, and erasing it: by pack, a batch at a time.

Kinds, states and times stay, so that what happened can still be counted. Nothing is erased of
somebody whose episode is open, or closed a shorter time ago than that kind is kept.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.alerts.models import Alert
from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.audit.actions import record
from engage.checkins.models import CheckIn
from engage.checkins.ready_models import ReturnPlan, ReturnStep, ReturnUnwanted
from engage.circle.models import ImportantPerson
from engage.danger.models import DangerLook
from engage.db import db
from engage.efforts.models import CourtItem, Effort, EffortMade, Need, Searcher, SearcherLine
from engage.episodes.models import Episode, EpisodeChange, EpisodeClock, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.evidence.models import NoticeFact, NoticeFile
from engage.heightened.models import Flag, Offer, OfferLine
from engage.heightened.rules import From
from engage.intake.models import Referral, ReferralFile, ReferralTurn
from engage.interviews.models import InterviewAttempt, ReturnInterview
from engage.interviews.rules import OPEN as OPEN_TALKS
from engage.messaging.models import InboundMessage, Message, WorkerText
from engage.missing_pack.models import MissingPack, PackFact
from engage.operators.kept_words import BATCH as BATCH
from engage.operators.kept_words import Words, of
from engage.outcomes.models import NextStep, NextStepLine
from engage.outreach.models import OutreachAsk, OutreachTry
from engage.people.access import SYSTEM
from engage.people.models import Organisation, Person, PersonKind
from engage.people.sharing_models import Disclosure
from engage.policy.keeping_rules import Kept
from engage.policy.queries import pack
from engage.returns.models import ReturnRecord
from engage.safeguarding.models import Allegation, AllegationTold, Screening
from engage.staffings.models import (
    Meeting,
    MeetingAction,
    MeetingGuest,
    MeetingWords,
    Preparation,
    Staffing,
    StaffingReason,
)
from engage.supervision.models import Reflection, ReflectionNote
from engage.talks.models import Talk, TalkApart, TalkComment, TalkEntry
from engage.welfare.models import (
    WelfareAction,
    WelfareLine,
    WelfareMeeting,
    WelfareNote,
    WelfareYoungPerson,
)
from engage.worries.models import Reached, Worry, WorryAnswer, WorryDecision

WORDS_OF_REFERRALS = ("_name", "_birth_date", "_phone", "_reference", "_contact", "_words",
                      "_reason", "phone_index", "reference_index")  # fmt: skip
WORDS_OF_HARM = ("_about_name", "_words", "_safe_now", "_they_know")
_young = aliased(Person)
# Whose a text is that was kept beyond the hour's number: no check-in says so.
SET_ASIDE_OF = case(
    (
        InboundMessage.set_aside_for_id.is_not(None),
        select(_young.id)
        .where(_young.id == InboundMessage.person_id, _young.kind == PersonKind.YOUNG_PERSON)
        .correlate(InboundMessage)
        .scalar_subquery(),
    )
)


def words_kept() -> list[Words]:
    """List every place where words about a young person are erased after a time."""
    return [
        *_words(),
        *_words_of_responses(),
        *_words_of_returns(),
        *_words_of_talks(),
        *_words_of_meetings(),
        *_words_of_reflections(),
        *_words_of_what_happens_next(),
        *_words_of_referrals(),
        *_words_of_help(),
        *_words_of_thinking_together(),
    ]


def _words() -> list[Words]:
    later = aliased(AgreedTime)
    worry, episode = Worry, Episode
    wishes = ("_wish_food", "_wish_not_tonight", "_wish_not_there", "_wish_instead")
    texts = ("_body", "_params", "_to_number")
    return [
        Words(Kept.PLACES, CheckIn, CheckIn.young_person_id, CheckIn.received_at, ("_place",)),
        Words(Kept.PLACES, ReturnPlan, ReturnPlan.young_person_id, ReturnPlan.opened_at,
              ("_place",), ReturnPlan.closed_at.is_not(None)),
        Words(Kept.PLACES, ReturnStep, ReturnStep.young_person_id, ReturnStep.asked_at,
              ("_place",), ReturnStep.ended_at.is_not(None)),
        Words(Kept.TEXTS, Message, func.coalesce(Message.young_person_id, Message.person_id),
              Message.created_at, texts),
        Words(Kept.TEXTS, InboundMessage,
              func.coalesce(
                  select(CheckIn.young_person_id).where(CheckIn.inbound_id == InboundMessage.id)
                  .limit(1).scalar_subquery(),
                  SET_ASIDE_OF,
              ),
              InboundMessage.received_at, ("_body",)),
        Words(Kept.CHECK_INS, CheckIn, CheckIn.young_person_id, CheckIn.received_at, ("_note",)),
        Words(Kept.WAYS_BACK, ReturnPlan, ReturnPlan.young_person_id, ReturnPlan.opened_at,
              wishes, ReturnPlan.closed_at.is_not(None)),
        Words(Kept.WAYS_BACK, ReturnStep, ReturnStep.young_person_id, ReturnStep.asked_at,
              ("_words", "_instead"), ReturnStep.ended_at.is_not(None)),
        Words(Kept.WORRIES, WorryAnswer,
              of(worry, WorryAnswer.worry_id, worry.young_person_id), WorryAnswer.recorded_at),
        Words(Kept.WORRIES, Reached,
              of(worry, Reached.worry_id, worry.young_person_id), Reached.at, ("_named",)),
        Words(Kept.WORRIES, WorryDecision,
              of(worry, WorryDecision.worry_id, worry.young_person_id),
              WorryDecision.recorded_at, ("_reason",)),
        Words(Kept.WORRIES, Worry, Worry.young_person_id, Worry.opened_at, ("_reason",)),
        *(
            Words(Kept.EPISODES, each, of(episode, each.episode_id, episode.young_person_id),
                  since, ("_reason",))
            for each, since in ((EpisodeChange, EpisodeChange.recorded_at),
                                (EpisodeTime, EpisodeTime.recorded_at),
                                (EpisodeClock, EpisodeClock.started_at))
        ),
        Words(Kept.IMPORTANT_PEOPLE, ImportantPerson, ImportantPerson.young_person_id,
              ImportantPerson.removed_at),
        Words(Kept.AGREED_TIMES, ExpectedCheckIn, ExpectedCheckIn.young_person_id,
              ExpectedCheckIn.settled_at),
        Words(Kept.AGREED_TIMES, AgreedTime, AgreedTime.young_person_id, AgreedTime.ended_at,
              only=(
                  ~select(ExpectedCheckIn.id)
                  .where(ExpectedCheckIn.agreed_time_id == AgreedTime.id).exists()
                  & ~select(later.id).where(later.replaces_id == AgreedTime.id).exists()
              )),
        Words(Kept.DISCLOSURES, Disclosure, Disclosure.young_person_id, Disclosure.made_at,
              only=_is_in_no_pack()),
        Words(Kept.TEXTS, WorkerText, WorkerText.young_person_id,
              of(Message, WorkerText.message_id, Message.created_at), ("_override_reason",)),
        Words(Kept.EPISODES, Alert, Alert.young_person_id, Alert.resolved_at, ("_outcome_note",)),
    ]  # fmt: skip


def _words_of_responses() -> list[Words]:
    """List what was done while somebody was away: those told, asked, and sent out to look."""
    told = _through(EpisodeNotice, NoticeFact.notice_id)
    on_paper = _through(EpisodeNotice, NoticeFile.notice_id)
    return [
        Words(Kept.EVIDENCE, NoticeFact, told, NoticeFact.recorded_at),
        Words(Kept.EVIDENCE, NoticeFile, on_paper, NoticeFile.added_at),
        Words(Kept.OUTREACH, OutreachTry, OutreachTry.young_person_id, OutreachTry.recorded_at,
              ("_account", "_words")),
        Words(Kept.OUTREACH, OutreachAsk, OutreachAsk.young_person_id, OutreachAsk.asked_at,
              ("_words",)),
        Words(Kept.ASKING, TrustedAnswer,
              of(TrustedQuestion, TrustedAnswer.question_id, TrustedQuestion.young_person_id),
              TrustedAnswer.at),
        Words(Kept.ASKING, TrustedQuestion, TrustedQuestion.young_person_id,
              TrustedQuestion.asked_at, only=_without(TrustedQuestion, TrustedAnswer.question_id)),
        Words(Kept.DANGER, DangerLook, _of_episode(DangerLook), DangerLook.at),
        Words(Kept.EFFORTS, EffortMade, _through(Effort, EffortMade.effort_id), EffortMade.at,
              ("_note",)),
        Words(Kept.EFFORTS, Need, _of_episode(Need), Need.changed_at, ("_note",)),
        Words(Kept.SEARCHERS, SearcherLine, _through(Searcher, SearcherLine.searcher_id),
              SearcherLine.at),
        Words(Kept.SEARCHERS, Searcher, _of_episode(Searcher), Searcher.added_at,
              only=_without(Searcher, SearcherLine.searcher_id)),
        Words(Kept.MISSING_PACKS, PackFact, _of_episode(PackFact), PackFact.at),
        Words(Kept.MISSING_PACKS, MissingPack, MissingPack.young_person_id, MissingPack.made_at),
        # One that stands is still to be recalled, however old it is.
        Words(Kept.COURT_ITEMS, CourtItem, CourtItem.young_person_id, CourtItem.recalled_at),
    ]  # fmt: skip


def _words_of_returns() -> list[Words]:
    """List what was said and noted about coming back, and about the talk afterwards."""
    talk = ReturnInterview
    chosen = ("_decline_reason", "_who_name", "_language", "_where", "_when", "_may_know",
              "_interviewer_name", "_place")  # fmt: skip
    return [
        Words(Kept.WAYS_BACK, ReturnUnwanted,
              of(ReturnPlan, ReturnUnwanted.return_plan_id, ReturnPlan.young_person_id),
              of(ReturnPlan, ReturnUnwanted.return_plan_id, ReturnPlan.closed_at)),
        Words(Kept.RETURNS, ReturnRecord, _of_episode(ReturnRecord), ReturnRecord.at,
              ("_where_to", "_condition", "_needs", "_reason")),
        Words(Kept.INTERVIEWS, InterviewAttempt,
              of(talk, InterviewAttempt.interview_id, talk.young_person_id),
              InterviewAttempt.at, ("_note",), _is_over(InterviewAttempt.interview_id)),
        Words(Kept.INTERVIEWS, talk, talk.young_person_id,
              func.coalesce(talk.done_at, talk.declined_at, talk.opened_at), chosen,
              talk.state.not_in(OPEN_TALKS)),
    ]  # fmt: skip


def _words_of_talks() -> list[Words]:
    """List what was said in talks. It goes after sign-off, and only once it was taken out for the
    case system. Source: SAFETY 10.
    """
    parts = ((TalkEntry, TalkEntry.recorded_at), (TalkComment, TalkComment.at))
    said = [
        Words(Kept.TALKS, table, of(Talk, table.talk_id, Talk.young_person_id),
              of(Talk, table.talk_id, Talk.signed_off_at),
              only=select(Talk.id).where(Talk.id == table.talk_id, Talk.exported_at >= at).exists())
        for table, at in parts
    ]  # fmt: skip
    whose = of(ReturnInterview, TalkApart.interview_id, ReturnInterview.young_person_id)
    over = _is_over(TalkApart.interview_id)
    return [*said, Words(Kept.INTERVIEWS, TalkApart, whose, TalkApart.recorded_at, only=over)]


def _words_of_meetings() -> list[Words]:
    """List what was said and agreed in meetings; that they were held stays."""
    young, began = Meeting.young_person_id, Meeting.starts_at
    whose = Staffing.young_person_id
    return [
        Words(Kept.STAFFINGS, Meeting, young, began, ("_notes", "_link", "_place")),
        *(
            Words(Kept.STAFFINGS, table, of(Meeting, table.meeting_id, young),
                  of(Meeting, table.meeting_id, began), empties)
            for table, empties in ((MeetingGuest, ()), (MeetingWords, ()),
                                   (MeetingAction, ("_words",)))
        ),
        Words(Kept.STAFFINGS, StaffingReason, of(Staffing, StaffingReason.staffing_id, whose),
              StaffingReason.noted_at, ("_words",)),
        Words(Kept.STAFFINGS, Preparation, of(Staffing, Preparation.staffing_id, whose),
              Preparation.at),
        Words(Kept.STAFFINGS, Staffing, whose, Staffing.decided_at,
              ("_reason",)),
    ]  # fmt: skip


def _words_of_what_happens_next() -> list[Words]:
    """List what was promised and what was said about harm; when and by whom stays."""
    step, harm = NextStep, Allegation
    young = of(harm, AllegationTold.allegation_id, harm.young_person_id)
    closed = of(harm, AllegationTold.allegation_id, harm.closed_at)
    return [
        Words(Kept.NEXT_STEPS, NextStepLine,
              of(step, NextStepLine.next_step_id, step.young_person_id),
              of(step, NextStepLine.next_step_id, step.ended_at), ("_reason",)),
        Words(Kept.NEXT_STEPS, step, step.young_person_id, step.ended_at,
              ("_said", "_what", "_did")),
        Words(Kept.SAFEGUARDING, AllegationTold, young, closed,
              ("_named", "_reference", "_reason")),
        Words(Kept.SAFEGUARDING, harm, harm.young_person_id, harm.closed_at, WORDS_OF_HARM),
        Words(Kept.SAFEGUARDING, Screening, Screening.young_person_id, Screening.at),
    ]  # fmt: skip


def _words_of_help() -> list[Words]:
    """List what was noticed and what was offered. What a worker noted holds until somebody says
    that it does not; a sign is of its day.
    """
    whose = of(Offer, OfferLine.offer_id, Offer.young_person_id)
    since = func.coalesce(Flag.ended_at, case((Flag.origin == From.NOTICED, Flag.noted_at)))
    return [
        Words(Kept.HELP, Flag, Flag.young_person_id, since, ("_words",)),
        Words(Kept.HELP, OfferLine, whose, of(Offer, OfferLine.offer_id, Offer.ended_at),
              ("_reason",)),
        Words(Kept.HELP, Offer, Offer.young_person_id, Offer.ended_at, ("_what", "_did")),
    ]  # fmt: skip


def _words_of_thinking_together() -> list[Words]:
    """List what was noticed and agreed in welfare meetings. They are about nobody, so whoever wrote
    one down stands for it; who was thought of goes with it.
    """
    meeting, action = WelfareMeeting, WelfareAction
    wrote = of(meeting, action.meeting_id, meeting.written_by_id)
    of_line = (
        select(meeting.written_by_id)
        .join(action, action.meeting_id == meeting.id)
        .where(action.id == WelfareLine.action_id)
        .scalar_subquery()
    )
    ended = of(action, WelfareLine.action_id, action.ended_at)
    return [
        Words(Kept.WELFARE, WelfareNote, WelfareNote.by_id, WelfareNote.at, ("_words",)),
        Words(Kept.WELFARE, WelfareYoungPerson, WelfareYoungPerson.by_id,
              of(meeting, WelfareYoungPerson.meeting_id, meeting.written_at)),
        Words(Kept.WELFARE, meeting, meeting.written_by_id, meeting.written_at,
              ("_subject", "_others", "_noticed", "_decided")),
        Words(Kept.WELFARE, WelfareLine, of_line, ended, ("_reason",)),
        Words(Kept.WELFARE, action, wrote, action.ended_at, ("_what", "_did")),
    ]  # fmt: skip


def _words_of_referrals() -> list[Words]:
    """List what came in from outside. Of one about nobody here, whoever closed it stands for whom
    it is about: an open one waits for a person, however old it is.
    """
    whose = func.coalesce(Referral.young_person_id, Referral.decided_by_id)
    closed = Referral.closed_at
    return [
        Words(Kept.REFERRALS, Referral, whose, closed, WORDS_OF_REFERRALS),
        *(
            Words(Kept.REFERRALS, table, of(Referral, table.referral_id, whose),
                  of(Referral, table.referral_id, closed), empties)
            for table, empties in ((ReferralTurn, ("_words",)), (ReferralFile, ()))
        ),
    ]  # fmt: skip


def _words_of_reflections() -> list[Words]:
    """List what workers thought over, and what was said to it."""
    return [
        Words(Kept.REFLECTIONS, Reflection, _of_episode(Reflection), Reflection.changed_at,
              ("_answers",)),
        Words(Kept.REFLECTIONS, ReflectionNote, _through(Reflection, ReflectionNote.reflection_id),
              ReflectionNote.at, ("_words",)),
    ]  # fmt: skip


def _of_episode(table: Any) -> Any:
    return of(Episode, table.episode_id, Episode.young_person_id)


def _through(table: Any, key: Any) -> Any:
    found = select(Episode.young_person_id).join(table, table.episode_id == Episode.id)
    return found.where(table.id == key).scalar_subquery()


def _without(table: Any, key: Any) -> ColumnElement[bool]:
    """Keep what others hang on until those have gone."""
    return ~select(key).where(key == table.id).exists()


def _is_over(interview: Any) -> ColumnElement[bool]:
    talk = aliased(ReturnInterview)
    is_open = select(talk.id).where(talk.id == interview, talk.state.in_(OPEN_TALKS))
    return ~is_open.exists()


def _is_in_no_pack() -> ColumnElement[bool]:
    return ~select(MissingPack.id).where(MissingPack.disclosure_id == Disclosure.id).exists()


def periods() -> Mapping[UUID, Mapping[Kept, timedelta]]:
    """Return how long each organisation keeps what, as its pack says."""
    houses = db.session.execute(select(Organisation.id, Organisation.policy)).all()
    return {house.id: pack(house.policy).keep for house in houses}


def erase(kind: Kept, *, now: datetime) -> int:
    """Erase a batch of one kind wherever it is past its time; return how many rows that were."""
    count = 0
    for house, keep in periods().items():
        for words in words_kept():
            if words.kind is kind:
                count += words.erase(words.old(house, now, keep[kind]))
    if count:
        record("retention:erased", viewer=SYSTEM, now=now, reason=f"{kind}: {count}")
    return count


def count_open_episodes() -> int:
    """Return of how many young people nothing is erased, because an episode is open."""
    count = select(func.count(Episode.young_person_id.distinct()))
    return db.session.scalar(count.where(Episode.closed_at.is_(None))) or 0
