"""On their own page a young person reads who reached out to them and who was told about them:
in kind words, and nothing that could put them in danger."""

from datetime import timedelta
from uuid import UUID

import pytest

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.models import Episode
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import ForYoung, NoticeState, young_person_reads
from engage.episodes.rules import EpisodeKind
from engage.evidence import actions as evidence
from engage.evidence.rules import LeftOut
from engage.outreach.models import AskAnswer, Channel, Outcome, OutreachAsk, OutreachTry
from engage.timeline.labels import heading, own_heading, words
from engage.timeline.queries import whole_timeline
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.episodes.away import opened
from tests.evidence.telling import notices, tell
from tests.page import Page

LATER = NOW + timedelta(hours=3)
S, OPEN, HIDDEN = NoticeState, ForYoung.OPEN, ForYoung.HIDDEN


def reads(cast: Cast, who: str = "maya") -> list[str]:
    """Every line of one reader."""
    found = whole_timeline(cast.viewer(getattr(cast, who), LATER), cast.maya, now=LATER)
    say = own_heading if found.is_own else heading
    return [f"{say(one)} {words(one)} {one.more}".strip() for one in found.happenings]


def choose(cast: Cast, notice: EpisodeNotice, chosen: ForYoung, who: str = "sam") -> None:
    evidence.choose_for_young_person(
        cast.viewer(getattr(cast, who)), notice.episode_id, notice.id, chosen, now=NOW
    )
    db.session.commit()


@pytest.mark.parametrize(
    ("to", "state", "chosen", "was_told", "shows"),
    [
        ("police", S.DONE, None, True, True),
        ("police", S.STARTED, None, True, True),
        ("police", S.REFUSED, None, True, True),
        ("police", S.OPEN, None, False, False),
        ("parents", S.NOT_SAFE, None, False, False),
        ("parents", S.NOT_SAFE, None, True, False),
        ("parents", S.NOT_SAFE, OPEN, False, True),
        ("parents", S.DONE, HIDDEN, True, False),
        ("parents", S.NOT_NEEDED, None, False, False),
        ("task_force", S.DONE, None, True, False),
        ("task_force", S.DONE, OPEN, True, True),
    ],
)
def test_what_the_young_person_reads_of_a_notice(to, state, chosen, was_told, shows) -> None:
    assert young_person_reads(to, state, chosen, was_told=was_told) is shows


def test_they_read_who_was_told_and_not_what_was_noted(inside: Cast) -> None:
    episode = opened(inside)
    tell(inside, episode, notices(episode, "missing")["police"])
    lines = reads(inside)
    assert "Told that you were not back: The police." in lines
    assert not [line for line in lines if "PC Doe" in line or "NP-1234" in line]


def test_who_was_not_told_as_it_was_not_safe_stays_hidden_until_a_worker_opens_it(
    inside: Cast,
) -> None:
    episode = opened(inside, policy="england")
    parents = notices(episode, "missing")["parents"]
    evidence.leave_out(
        inside.viewer(inside.sam), episode.id, parents.id, LeftOut.NOT_SAFE,
        "They would hurt her", now=NOW,
    )  # fmt: skip
    db.session.commit()
    assert not [line for line in reads(inside) if "Parents" in line or "hurt" in line]
    choose(inside, parents, OPEN)
    opened_now = [line for line in reads(inside) if "Parents" in line]
    assert len(opened_now) == 1 and opened_now[0].startswith("Not told, because")
    assert not [line for line in reads(inside) if "hurt" in line], "the why stays with adults"
    choose(inside, parents, HIDDEN)
    assert not [line for line in reads(inside) if "Parents" in line]


def test_a_worker_keeps_back_what_could_endanger_and_every_choice_leaves_a_line(
    inside: Cast,
) -> None:
    episode = opened(inside)
    police = notices(episode, "missing")["police"]
    tell(inside, episode, police)
    choose(inside, police, HIDDEN)
    choose(inside, police, HIDDEN)
    assert not [line for line in reads(inside) if line.startswith("Told that")]
    choose(inside, police, OPEN)
    said = [e.verb for e in db.session.query(AuditEntry) if e.verb.startswith("notice:") and (
        "young" in e.verb or "kept_back" in e.verb)]  # fmt: skip
    assert sorted(said) == ["notice:kept_back", "notice:opened_to_young_person"]


@pytest.mark.parametrize("who", ["jo", "sue", "zed_worker", "kits_worker", "ines", "maya"])
def test_only_who_may_change_it_chooses(inside: Cast, who: str) -> None:
    episode = opened(inside)
    with pytest.raises(NotFound):
        choose(inside, notices(episode, "missing")["police"], OPEN, who)


def reached(cast: Cast, episode: Episode, channel: Channel, by: UUID) -> None:
    about = {"episode_id": episode.id, "young_person_id": cast.maya}
    one = OutreachTry(by_id=by, at=NOW, recorded_at=NOW, channel=channel, key=str(channel),
                      outcome=Outcome.NOTHING, **about)  # fmt: skip
    one.words, one.account = "secret words", "her account"
    ask = OutreachAsk(person_id=cast.ade, asked_by_id=by, asked_at=NOW, answer=AskAnswer.TRIED,
                      answered_at=NOW, **about)  # fmt: skip
    ask.words = "she hung up"
    db.session.add_all([one, ask])
    db.session.commit()


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        (Channel.CALL, "Sam tried to call you."),
        (Channel.TEXT, "Sam wrote to you."),
        (Channel.VISIT, "Sam went to see you."),
        (Channel.EMAIL, "Sam wrote you an email."),
        (Channel.SOCIAL, "Sam looked at what you put up for all to see."),
        (Channel.OTHER, "Sam tried to reach you."),
    ],
)
def test_they_read_who_reached_out_and_who_was_asked_to_and_no_notes(
    inside: Cast, channel: Channel, line: str
) -> None:
    episode = opened(inside)
    reached(inside, episode, channel, inside.sam)
    lines = reads(inside)
    assert line in lines and "Ade was asked to get in touch with you." in lines
    told = " ".join(lines)
    assert not [w for w in ("secret words", "her account", "she hung up") if w in told]


def test_of_others_they_read_no_names_of_adults(inside: Cast) -> None:
    opened(inside)
    found = whole_timeline(inside.viewer(inside.maya, LATER), inside.maya, now=LATER)
    assert found.happenings and {one.by + one.to for one in found.happenings} == {""}


def test_handing_over_and_a_change_of_kind_stand_on_the_timeline(inside: Cast) -> None:
    episode = opened(inside)
    sam = inside.viewer(inside.sam)
    episodes.set_kind(sam, episode.id, EpisodeKind.CHOSE_TO_GO, now=NOW)
    episodes.hand_over(sam, episode.id, inside.olu, now=NOW)
    db.session.commit()
    lines = reads(inside, "sam")
    assert "Answers for it from now on: Olu" in lines
    assert [line for line in lines if line.startswith("Why they are away: ")]
    assert not [line for line in reads(inside) if "Olu" in line or "Why they" in line]


def test_when_somebody_was_told_reads_as_people_say_it(inside: Cast) -> None:
    episode = opened(inside)
    tell(inside, episode, notices(episode, "missing")["police"])
    found = whole_timeline(inside.viewer(inside.sam, LATER), inside.maya, now=LATER)
    times = [words(one, "America/Chicago") for one in found.happenings
             if one.line.source == "told_fact" and one.line.what == "time"]  # fmt: skip
    assert times == ["Sun 22 Nov 2026 12:00"]
    assert not [line for line in reads(inside, "sam") if "T18:00" in line]


def test_a_worker_opens_and_closes_it_on_the_page(app, cast: Cast, sign_in) -> None:
    with app.app_context():
        episode = opened(cast)
        police = notices(episode, "missing")["police"]
        tell(cast, episode, police)
        here = f"/episodes/{episode.id}/told/{police.id}"
    sam = sign_in(app.test_client(), cast.sam)
    page = Page(sam.get(here))
    assert "They read who was told." in page.text
    page = page.form(f"{here}/their-page").send(sam, "hidden")
    assert "This is kept back from them" in page.text
    page = page.form(f"{here}/their-page").send(sam, "open")
    assert "They read who was told." in page.text
    maya = sign_in(app.test_client(), cast.maya)
    assert "Told that you were not back: The police." in (
        Page(maya.get(f"/timeline/{cast.maya}")).text
    )
    token = page.form(f"{here}/their-page").values["csrf_token"][0]
    wrong = sam.post(f"{here}/their-page", data={"csrf_token": token, "for_young": "x"})
    assert wrong.status_code == 404
    for who in ("zed_worker", "zed_carer", "kit", "maya", "sue"):
        there = sign_in(app.test_client(), getattr(cast, who))
        token = Page(there.get("/c")).form("/c").values["csrf_token"][0]
        done = there.post(f"{here}/their-page", data={"csrf_token": token, "for_young": "open"})
        assert done.status_code == 404, who
