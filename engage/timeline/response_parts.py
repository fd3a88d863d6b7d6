"""What is done while somebody is away, on a timeline: reports, outreach, steps, packs, efforts."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, literal

from engage.checkins.ready_models import ReturnStep
from engage.danger.models import DangerLook
from engage.efforts.models import CourtItem, Effort, EffortMade, Searcher, SearcherLine
from engage.episodes.entries import lines
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import KEPT_BACK, ForYoung, NoticeState
from engage.evidence.models import NoticeFact, NoticeFile
from engage.missing_pack.models import MissingPack
from engage.outreach.models import OutreachAsk, OutreachLead, OutreachTry
from engage.people.access import Object, Verb
from engage.timeline.scope import Scope, Sight

Lines = Select[Any]


def _readable(sight: Sight, obj: Object, by: Any) -> ColumnElement[bool] | None:
    """Tell, in SQL, which rows of an object may be read: all, one's own, or none (None)."""
    if sight.may(obj):
        return literal(True)
    return by == sight.access.viewer.person_id if sight.may(obj, own=True) else None


def notices(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """Who was told that they are missing or back, what was noted of it, and papers."""
    t = EpisodeNotice
    ours = scope.of_episode(t.episode_id)
    if sight.is_own:
        yield from _own_notices(ours)
        return
    if sight.may(Object.EVIDENCE, Verb.READ_MASKED):
        yield lines(
            "told", at=t.told_at, id=t.id, what=t.to, also=t.phase, by=t.ended_by_id
        ).where(ours, t.told_at.is_not(None))  # fmt: skip
        yield lines(
            "notice_ended", at=t.ended_at, id=t.id, what=t.to, also=t.state, by=t.ended_by_id
        ).where(ours, t.ended_at.is_not(None))  # fmt: skip
    f, p = NoticeFact, NoticeFile
    facts = _readable(sight, Object.EVIDENCE, f.by_id)
    if facts is not None:
        yield (
            lines(
                "told_fact", at=f.recorded_at, id=f.id, what=f.field, also=t.to, by=f.by_id,
                words=f._value, more=f._reason,
            )
            .select_from(f)
            .join(t, t.id == f.notice_id)
            .where(ours, facts)
        )  # fmt: skip
    if sight.may(Object.EVIDENCE):
        yield (
            lines("paper", at=p.added_at, id=p.id, what=t.to, by=p.added_by_id, words=p._name)
            .select_from(p)
            .join(t, t.id == p.notice_id)
            .where(ours)
        )


def _own_notices(ours: ColumnElement[bool]) -> Iterator[Lines]:
    """Who was told about them, for the young person: see `young_person_reads`, its words in SQL."""
    t = EpisodeNotice
    by_rule = t.for_young.is_(None) & (t.state != NoticeState.NOT_SAFE) & t.to.not_in(KEPT_BACK)
    reads = (t.for_young == ForYoung.OPEN) | by_rule
    yield lines("own_told", at=t.told_at, id=t.id, what=t.to, also=t.phase).where(
        ours, t.told_at.is_not(None), reads
    )
    yield lines("own_not_told", at=t.ended_at, id=t.id, what=t.to, also=t.phase).where(
        ours, t.told_at.is_(None), t.ended_at.is_not(None), t.for_young == ForYoung.OPEN
    )


def _own_outreach(scope: Scope) -> Iterator[Lines]:
    """Who reached out to them, and who was asked to: never what was noted of it."""
    t, ask = OutreachTry, OutreachAsk
    yield lines("own_reached", at=t.at, id=t.id, what=t.channel, by=t.by_id).where(
        scope.of_episode(t.episode_id)
    )
    yield lines("own_asked", at=ask.asked_at, id=ask.id, to=ask.person_id).where(
        scope.of_episode(ask.episode_id)
    )


def outreach(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """Who leads it, what was tried, and who was asked to get in touch."""
    if sight.is_own:
        yield from _own_outreach(scope)
        return
    if not sight.may(Object.OUTREACH):
        return
    t, lead, ask = OutreachTry, OutreachLead, OutreachAsk
    yield lines(
        "outreach", at=t.at, id=t.id, what=t.channel, also=t.outcome, by=t.by_id, words=t._words,
        more=t._account,
    ).where(scope.of_episode(t.episode_id))  # fmt: skip
    yield lines(
        "lead", at=lead.since, id=lead.id, by=lead.named_by_id, to=lead.person_id
    ).where(scope.of_episode(lead.episode_id))  # fmt: skip
    ours = scope.of_episode(ask.episode_id)
    yield lines(
        "asked", at=ask.asked_at, id=ask.id, by=ask.asked_by_id, to=ask.person_id
    ).where(ours)  # fmt: skip
    yield lines(
        "ask_answered", at=ask.answered_at, id=ask.id, what=ask.answer, by=ask.person_id,
        words=ask._words,
    ).where(ours, ask.answered_at.is_not(None))  # fmt: skip


def steps(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """The steps of coming back: asked, and what became of each. Words stay on their own page."""
    t = ReturnStep
    seen = _readable(sight, Object.WAY_BACK, t.owner_id)
    if seen is None:
        return
    about = scope.about(t.young_person_id, t.asked_at)
    yield lines("step", at=t.asked_at, id=t.id, what=t.kind, to=t.owner_id).where(seen, *about)
    yield lines(
        "step_ended", at=t.ended_at, id=t.id, what=t.kind, also=t.state, to=t.owner_id
    ).where(seen, t.ended_at.is_not(None), *about)  # fmt: skip


def packs(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """Each pack that was made for those who look."""
    t = MissingPack
    seen = _readable(sight, Object.MISSING_PACK, t.made_by_id)
    if seen is not None:
        yield lines("pack", at=t.made_at, id=t.id, by=t.made_by_id).where(
            seen, scope.of_episode(t.episode_id)
        )


def efforts(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """What was tried again and again, who looks, and what a court issued."""
    e, m, s, w, c = Effort, EffortMade, Searcher, SearcherLine, CourtItem
    if sight.may(Object.EFFORTS):
        yield (
            lines(
                "effort", at=m.at, id=m.id, what=e.whom, also=m.result, by=m.by_id,
                words=m._note,
            )
            .select_from(m)
            .join(e, e.id == m.effort_id)
            .where(scope.of_episode(e.episode_id))
        )  # fmt: skip
        yield (
            lines(
                "searcher", at=w.at, id=w.id, what=w.state, also=w.looked, by=w.by_id,
                words=s._name, words_row=s.id, more=w._note,
            )
            .select_from(w)
            .join(s, s.id == w.searcher_id)
            .where(scope.of_episode(s.episode_id))
        )  # fmt: skip
    if sight.may(Object.COURT_ITEMS):
        ours = scope.of_episode(c.episode_id)
        yield lines(
            "court", at=c.noted_at, id=c.id, what=c.kind, by=c.noted_by_id, words=c._number,
            more=c._court,
        ).where(ours)  # fmt: skip
        yield lines(
            "court_over", at=c.recalled_at, id=c.id, what=c.kind, by=c.recalled_by_id,
            words=c._recalled_how,
        ).where(ours, c.recalled_at.is_not(None))  # fmt: skip


def danger(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """Each look at danger, for those who may read what carers answer."""
    t = DangerLook
    if not sight.is_own and sight.may(Object.PROMPT_ANSWERS):
        yield lines("danger_look", at=t.at, id=t.id, what=t.thinks, by=t.by_id).where(
            scope.of_episode(t.episode_id)
        )


SEALED = {
    "told_fact": ("notice_facts.value", "notice_facts.reason"),
    "paper": ("notice_files.name", ""),
    "outreach": ("outreach_tries.words", "outreach_tries.account"),
    "ask_answered": ("outreach_asks.words", ""),
    "effort": ("efforts_made.note", ""),
    "searcher": ("searchers.name", "searcher_lines.note"),
    "court": ("court_items.number", "court_items.court"),
    "court_over": ("court_items.recalled_how", ""),
}
