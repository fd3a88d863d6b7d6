"""What stands on a timeline, for whom, in which order, and what it costs."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from engage.alerts.models import Alert, AlertNotice
from engage.db import db
from engage.episodes.models import Episode
from engage.timeline.labels import detail, heading, own_heading
from engage.timeline.queries import Timeline, find_timeline, whole_timeline
from engage.timeline.rules import Group, Mark, Narrowed, read_mark
from engage.web.errors import NotFound
from engage.worries.labels import ATTEMPTS, OUTCOMES
from engage.worries.models import Attempt, Outcome
from tests.cast import NOW, Cast
from tests.episodes.away import HOUR, S, become, opened
from tests.timeline.evening import MINUTE, REASON, WORDS, an_evening, said, shared_with_carers

LATER = NOW + 6 * HOUR


def of(cast: Cast, who: UUID, episode: Episode | None = None, **more) -> Timeline:
    return whole_timeline(
        cast.viewer(who, LATER), cast.maya, now=LATER, episode_id=episode and episode.id,
        narrowed=Narrowed(**more),
    )  # fmt: skip


def sources(found: Timeline) -> Counter[str]:
    return Counter(one.line.source for one in found.happenings)


def told(found: Timeline) -> str:
    say = own_heading if found.is_own else heading
    return "\n".join(
        f"{say(one)} | {'' if found.is_own else detail(one)} | {one.by} | {one.words} {one.more}"
        for one in found.happenings
    )


def test_a_social_worker_reads_everything_in_order(inside: Cast) -> None:
    found = of(inside, inside.sam, an_evening(inside))
    at = [one.line.at for one in found.happenings]
    assert at == sorted(at)
    there = sources(found)
    assert there["state"] == 4 and there["worry"] == 1 and there["tried"] == 1
    assert there["check_in"] == there["text"] == 1
    assert there["noted"] == there["noted_over"] == 2  # away, and in danger
    assert there["alert"] >= 2 and there["due"] >= 4 and there["duty"] >= 2
    lines = told(found)
    assert WORDS in lines and REASON in lines and "NP-1234, PC Doe" in lines
    assert f"{ATTEMPTS[Attempt.CALL]}: Nan Ruth | {OUTCOMES[Outcome.NO_ANSWER]} | Jo" in lines
    assert "From their phone or their card" in lines
    # Bodies of our own texts are masked for staff.
    assert "Got it, thanks." not in lines and "A text to them | Arrived on the phone" in lines


def test_a_correction_stands_beside_what_was_said_first(inside: Cast) -> None:
    found = of(inside, inside.sam, an_evening(inside), groups={Group.TIMES})
    last_seen = [one for one in found.happenings if one.line.what == "last_contact"]
    assert [one.line.at for one in last_seen] == [NOW - HOUR, NOW - HOUR / 2]
    assert last_seen[1].words == "the clock in the hall was wrong"
    assert last_seen[1].line.other_at == NOW + 31 * MINUTE and last_seen[1].by == "Jo"


def test_what_was_done_too_late_stands_there_as_overdue(inside: Cast) -> None:
    found = of(inside, inside.sam, an_evening(inside), groups={Group.DUTIES})
    late = {one.line.what: one.line.at for one in found.happenings if one.line.source == "overdue"}
    assert late["report_ncmec"] == NOW + 2 * HOUR
    assert "report_police" not in late
    assert "Overdue: Report to the national centre (NCMEC)" in told(found)


def test_a_carer_reads_no_texts_and_no_check_ins_that_are_not_shared(inside: Cast) -> None:
    episode = an_evening(inside)
    found = of(inside, inside.jo, episode)
    there = sources(found)
    assert there["state"] == 4 and there["tried"] == 1 and there["duty"] >= 2
    assert not there["check_in"] and not there["text"]
    assert WORDS not in told(found) and not found.may_export
    shared_with_carers(inside, "check_ins")
    found = of(inside, inside.jo, episode)
    assert sources(found)["check_in"] == 1 and WORDS not in told(found)
    shared_with_carers(inside, "check_in_words")
    assert WORDS in told(of(inside, inside.jo, episode))


def test_a_carer_reads_only_the_alerts_they_were_told_of(inside: Cast) -> None:
    episode = an_evening(inside)
    db.session.query(AlertNotice).delete()
    db.session.commit()
    assert not sources(of(inside, inside.jo, episode))["alert"]
    first = db.session.query(Alert).order_by(Alert.raised_at, Alert.id).first()
    db.session.add(
        AlertNotice(alert_id=first.id, person_id=inside.jo, level=0, round=0, told_at=NOW,
                    code_digest=uuid4().hex)
    )  # fmt: skip
    db.session.commit()
    assert sources(of(inside, inside.jo, episode))["alert"] == 1
    assert sources(of(inside, inside.sam, episode))["alert"] >= 2


@pytest.mark.parametrize(
    ("who", "reads", "never"),
    [
        ("sue", {"check_in", "text", "alert", "tried", "duty"}, {WORDS, "Got it"}),
        ("olu", {"check_in", "text", "alert", "tried", "duty"}, {"Got it"}),
        ("ines", {"state", "time", "tried", "duty"}, {WORDS, "Got it"}),
    ],
)
def test_each_member_of_staff_reads_what_their_role_allows(
    inside: Cast, who: str, reads: set[str], never: set[str]
) -> None:
    found = of(inside, getattr(inside, who), an_evening(inside))
    assert reads <= set(sources(found))
    assert not any(words in told(found) for words in never)
    if who == "ines":
        assert not {"check_in", "text"} & set(sources(found))
    assert found.may_export == (who == "sue")
    assert (WORDS in told(found)) == (who == "olu")


def test_the_young_person_reads_it_in_plain_words_and_nothing_adults_wrote(inside: Cast) -> None:
    found = of(inside, inside.maya, an_evening(inside))
    lines = told(found)
    assert found.is_own and found.may_export and not found.people
    assert {"state", "time", "check_in", "text", "noted"} <= set(sources(found))
    assert not {"alert", "due", "duty", "overdue", "tried"} & set(sources(found))
    assert "You came back." in lines and WORDS in lines and "Got it, thanks." in lines
    for secret in (REASON, "NP-1234", "the clock in the hall", "Sam", "Jo", "Nan Ruth"):
        assert secret not in lines
    assert not {one.by for one in found.happenings} - {""}


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "zed_young", "kit", "kits_worker",
                                 "far_zed_supervisor", "adil", "ade"])  # fmt: skip
def test_strangers_find_nothing(inside: Cast, who: str) -> None:
    episode = an_evening(inside)
    for about in (None, episode):
        with pytest.raises(NotFound):
            of(inside, getattr(inside, who), about)


def test_an_episode_is_not_read_through_somebody_else(inside: Cast) -> None:
    episode = an_evening(inside)
    with pytest.raises(NotFound):
        find_timeline(
            inside.viewer(inside.kits_worker, LATER), inside.kit, now=LATER, episode_id=episode.id
        )


def test_across_episodes_everything_stands_and_in_one_only_its_own(inside: Cast) -> None:
    first = an_evening(inside)
    said(inside, "long before", at=NOW - 30 * HOUR)
    db.session.commit()
    second = opened(inside, S.LATE, now=NOW + 5 * HOUR)
    become(inside, second, S.MISSING, NOW + 5.5 * HOUR)
    both, one = of(inside, inside.sam), of(inside, inside.sam, second)
    assert sources(both)["state"] == 6 and sources(one)["state"] == 2
    assert "long before" in told(both)
    assert "long before" not in told(of(inside, inside.sam, first)) + told(one)


def test_it_can_be_narrowed_to_a_kind_a_person_and_days(inside: Cast) -> None:
    an_evening(inside)
    assert set(sources(of(inside, inside.sam, groups={Group.SAID}))) == {"check_in"}
    by_jo = of(inside, inside.sam, by_id=inside.jo)
    assert by_jo.happenings and {one.by for one in by_jo.happenings} == {"Jo"}
    assert {inside.sam, inside.jo} <= set(by_jo.people)
    between = of(inside, inside.sam, since=NOW + 3 * HOUR, until=NOW + 5 * HOUR)
    assert {one.line.at for one in between.happenings} <= {NOW + 3 * HOUR, NOW + 4 * HOUR}
    assert not of(inside, inside.sam, since=NOW + 50 * HOUR).happenings


def test_pages_hold_every_line_once_newest_first(inside: Cast) -> None:
    an_evening(inside)
    # Ten at the very same instant: the mark must not lose one of them.
    for n in range(10):
        said(inside, f"again {n}", at=NOW + 40 * MINUTE, whom=inside.maya) if n == 0 else None
        db.session.add(
            Alert(dedupe_key=f"same{n}", organisation_id=inside.organisation, kind="talk",
                  young_person_id=inside.maya, urgency="soon", raised_at=NOW + 40 * MINUTE,
                  acknowledged_at=NOW + 40 * MINUTE, acknowledged_by_id=inside.sam,
                  state="acknowledged")
        )  # fmt: skip
    db.session.commit()
    everything = of(inside, inside.sam).happenings
    seen, mark = [], None
    while True:
        page = find_timeline(
            inside.viewer(inside.sam, LATER), inside.maya, now=LATER, after=mark, limit=4
        )
        seen += page.happenings
        mark = page.next_mark and read_mark(str(page.next_mark))
        if mark is None:
            break
    keys = [(one.line.at, one.line.id, one.line.source) for one in seen]
    assert len(keys) == len(set(keys)) == len(everything)
    assert [at for at, *_ in keys] == sorted([at for at, *_ in keys], reverse=True)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-22T18:00:00~x~y", "2026-11-22T18:00"])
def test_a_mark_that_is_none_begins_anew(text: str) -> None:
    assert read_mark(text) is None


def test_a_mark_survives_an_address() -> None:
    mark = Mark(NOW + timedelta(microseconds=7), uuid4(), "state")
    assert read_mark(str(mark)) == mark
    assert read_mark(f"{datetime(2026, 1, 1).isoformat()}~{uuid4().hex}~state") is None


def test_a_page_costs_the_same_however_much_happened(inside: Cast) -> None:
    def cost() -> int:
        seen: list[str] = []

        def note(_c, _cursor, statement, *_):
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        viewer = inside.viewer(inside.sam, LATER)
        seen.clear()
        db.session.expire_all()
        find_timeline(viewer, inside.maya, now=LATER, episode_id=episode_id)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    episode_id = an_evening(inside).id
    few = cost()
    for n in range(60):
        said(inside, f"again {n}", at=NOW + timedelta(seconds=n))
    db.session.commit()
    assert cost() == few <= 7
