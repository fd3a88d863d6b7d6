"""Who may say and read what, and the gaps over all episodes."""

from datetime import timedelta
from uuid import UUID

import pytest

from engage.db import db
from engage.evidence.actions import leave_out, note_told
from engage.evidence.queries import gaps, get_notice, told
from engage.evidence.rules import Field, LeftOut
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.episodes.away import opened
from tests.evidence.telling import as_seen, notices, tell

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("inside")


def test_who_may_read_the_list_and_one_of_it(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    for who in (cast.sam, cast.olu, cast.sue, cast.jo):
        assert len(told(as_seen(who), episode.id, now=NOW).lines) == 4
        assert get_notice(as_seen(who), episode.id, police.id, now=NOW).notice is police
    for who in (cast.ines, cast.adil, cast.maya, cast.ade, cast.kits_worker, cast.kits_carer,
                *cast.strangers.values()):  # fmt: skip
        with pytest.raises(NotFound):
            told(as_seen(who), episode.id, now=NOW)
        with pytest.raises(NotFound):
            get_notice(as_seen(who), episode.id, police.id, now=NOW)
    with pytest.raises(NotFound):
        told(as_seen(cast.sam), UUID(int=1), now=NOW)


def test_a_carer_reads_what_they_noted_and_that_the_rest_is_there(cast: Cast) -> None:
    """Words about those who care for somebody are not for them to read. Source: SAFETY T10."""
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    tell(cast, episode, police, by=cast.jo, answers={Field.NAME: "PC Doe"})
    note_told(
        as_seen(cast.sam), episode.id, police.id, {Field.REPORTED_BY: "Jo, who sounded unsure"},
        now=NOW,
    )  # fmt: skip
    jos = get_notice(as_seen(cast.jo), episode.id, police.id, now=NOW)
    assert set(jos.facts) == {Field.TIME, Field.NAME}
    assert jos.hidden == {Field.REPORTED_BY}
    sams = get_notice(as_seen(cast.sam), episode.id, police.id, now=NOW)
    assert set(sams.facts) == {Field.TIME, Field.NAME, Field.REPORTED_BY} and not sams.hidden
    listed = told(as_seen(cast.jo), episode.id, now=NOW)
    assert set(listed.facts[police.id]) == {Field.TIME, Field.NAME}


def test_who_may_tell_settle_and_look(cast: Cast) -> None:
    """Source: the table of who sees what, O50."""
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    few = {Field.NAME: "PC Doe"}

    def may_tell(who: UUID) -> bool:
        try:
            note_told(as_seen(who), episode.id, police.id, few, now=NOW, reason="x")
        except NotFound:
            return False
        finally:
            db.session.rollback()
        return True

    assert [may_tell(x) for x in (cast.sam, cast.olu, cast.jo)] == [True] * 3
    for who in (cast.sue, cast.ines, cast.adil, cast.maya, cast.ade, *cast.strangers.values()):
        assert not may_tell(who)
    for who in (cast.jo, cast.sue, cast.ines, cast.zed_worker):
        with pytest.raises(NotFound):
            leave_out(as_seen(who), episode.id, police.id, LeftOut.OTHER, "x", now=NOW)
        db.session.rollback()
    other = UUID(int=1)
    for episode_id, notice_id in ((other, police.id), (episode.id, other)):
        with pytest.raises(NotFound):
            note_told(as_seen(cast.sam), episode_id, notice_id, few, now=NOW)


def test_gaps_list_what_the_viewer_looks_after_and_nothing_else(cast: Cast) -> None:
    episode = opened(cast)
    tell(cast, episode, notices(episode)["missing:police"], answers={Field.NAME: "PC Doe"})
    found = gaps(as_seen(cast.sue), now=NOW)
    assert [gap.notice.to for gap in found][:2] in (["police", "ncmec"], ["ncmec", "police"])
    police = next(gap for gap in found if gap.notice.to == "police")
    assert Field.REPORT_NUMBER in police.blank and police.due_at == NOW + 2 * HOUR
    assert [gap.is_late for gap in gaps(as_seen(cast.sue), now=NOW + 3 * HOUR)].count(True) == 1
    for who in (cast.jo, cast.ines, cast.adil, cast.maya, *cast.strangers.values()):
        assert gaps(as_seen(who), now=NOW) == []


def test_gaps_cost_the_same_however_many_there_are(cast: Cast, statements: list[str]) -> None:
    opened(cast, policy="california")
    sue = as_seen(cast.sue)
    statements.clear()
    assert len(gaps(sue, now=NOW)) > 8
    assert len(statements) <= 3
