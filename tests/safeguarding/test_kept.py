"""Whoever it may be about never sees it, by whichever way; the others are told and can act."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from engage.alerts.actions import acknowledge, acknowledge_by_code
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.queries import alerts as alert_list
from engage.alerts.queries import find_by_code, get_alert
from engage.alerts.rules import How
from engage.alerts.sweep_actions import sweep as climb
from engage.alerts.taken_actions import resolve
from engage.alerts.taken_rules import Outcome
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.oversight.queries import alerts_waiting
from engage.people.actions import create_worker, grant_role
from engage.people.models import Role
from engage.people.viewer import SYSTEM
from engage.safeguarding import actions
from engage.safeguarding.actions import Blanks, Opening, SayMore, Telling
from engage.safeguarding.models import Allegation, AllegationHidden
from engage.safeguarding.queries import get_harm, harm_lines
from engage.safeguarding.reading import left_to_tell
from engage.safeguarding.rules import About, Blank, Deed, Seen, Stage, Whom
from engage.safeguarding.sweep_actions import sweep
from engage.web.errors import Changed, NotFound
from tests.cast import LONG_AGO, NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.sealing import is_sealed

Begin = Callable[..., Allegation]


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def begin(cast: Cast) -> Begin:
    """Sam presses about Maya, unless it says otherwise."""

    def press(
        about: About = About.UNKNOWN, *ids: UUID, by: UUID | None = None, young: UUID | None = None,
        words: str = "He hit me",
    ) -> Allegation:  # fmt: skip
        opening = Opening(Seen.TALK, None, about, ids, "", words)
        made = actions.begin(
            cast.viewer(by or cast.sam), young or cast.maya, opening, address=ADDRESS, now=NOW
        )
        db.session.commit()
        return made

    return press


def told(alert_id: UUID | None) -> set[UUID]:
    return set(
        db.session.scalars(select(AlertNotice.person_id).where(AlertNotice.alert_id == alert_id))
    )


def sees_nothing(cast: Cast, who: UUID, made: Allegation) -> None:
    viewer = cast.viewer(who)
    with pytest.raises(NotFound):
        get_harm(viewer, made.id, now=NOW)
    assert harm_lines(viewer, now=NOW) == []
    assert made.alert_id is not None
    with pytest.raises(NotFound):
        get_alert(viewer, made.alert_id, now=NOW)
    if viewer.person_id:
        assert made.alert_id not in {page.alert.id for page in alert_list(viewer, now=NOW)}
    assert made.alert_id not in {each.id for each in alerts_waiting(viewer, now=NOW)}
    assert who not in told(made.alert_id)
    with pytest.raises(NotFound):
        actions.note_told(viewer, made.id, Telling(Whom.POLICE, Deed.TOLD, named="x"), now=NOW)
    with pytest.raises(NotFound):
        actions.say_about(viewer, made.id, About.OTHER, [], "", address=ADDRESS, now=NOW)
    with pytest.raises(NotFound):
        actions.close(viewer, made.id, safe_now="x", they_know="x", now=NOW)


def sees_it(cast: Cast, who: UUID, made: Allegation) -> None:
    viewer = cast.viewer(who)
    assert get_harm(viewer, made.id, now=NOW).allegation.id == made.id
    assert [line.allegation.id for line in harm_lines(viewer, now=NOW)] == [made.id]


def test_one_press_tells_supervisors_and_the_night_team_at_once_and_names_nobody(
    cast: Cast, begin: Begin
) -> None:
    made = begin(words="")
    assert told(made.alert_id) == {cast.sue, cast.olu}
    alert = db.session.get_one(Alert, made.alert_id)
    assert (alert.young_person_id, alert.urgency) == (None, "now")
    texts = db.session.scalars(select(Message).where(Message.object_id == alert.id)).all()
    assert len(texts) == 2
    assert all(each.young_person_id is None and "M" not in str(each.params).replace("Message", "")
               .split("link")[0] for each in texts)  # fmt: skip
    for who in (cast.sam, cast.sue, cast.olu):
        sees_it(cast, who, made)


@pytest.mark.parametrize("named", [True, False])
def test_the_carer_it_is_about_never_finds_it(cast: Cast, begin: Begin, named: bool) -> None:
    made = begin(About.CARER, *([cast.jo] if named else []))
    sees_nothing(cast, cast.jo, made)
    sees_it(cast, cast.sue, made)


@pytest.mark.parametrize("who", ["sam", "sue", "olu", "ines"])
def test_the_worker_it_is_about_never_finds_it_whatever_their_role(
    cast: Cast, begin: Begin, who: str
) -> None:
    accused = getattr(cast, who)
    made = begin(About.WORKER, accused, by=cast.jo)
    sees_nothing(cast, accused, made)
    for other in {cast.sam, cast.sue, cast.olu} - {accused}:
        sees_it(cast, other, made)
    # The chain climbs for days and never reaches them.
    for minutes in range(0, 600, 15):
        climb(now=NOW + timedelta(minutes=minutes), address=ADDRESS)
    db.session.commit()
    assert accused not in told(made.alert_id)
    assert told(made.alert_id)


def test_they_are_not_told_although_every_role_is_theirs(cast: Cast, begin: Begin) -> None:
    for role in (Role.SUPERVISOR, Role.OUT_OF_HOURS):
        grant_role(SYSTEM, cast.sam, role, now=LONG_AGO)
    db.session.commit()
    made = begin(About.WORKER, cast.sam, by=cast.jo)
    sees_nothing(cast, cast.sam, made)
    assert told(made.alert_id) == {cast.sue, cast.olu}


def test_while_nobody_knows_which_worker_it_is_their_whole_team_is_left_out(
    cast: Cast, begin: Begin
) -> None:
    outside = create_worker(SYSTEM, organisation_id=cast.organisation, name="Una",
                            phone="+447700900177", now=LONG_AGO)  # fmt: skip
    grant_role(SYSTEM, outside.id, Role.SUPERVISOR, now=LONG_AGO)
    db.session.commit()
    made = begin(About.WORKER, by=cast.jo)
    for who in (cast.sam, cast.sue, cast.olu, cast.ines):
        sees_nothing(cast, who, made)
    assert told(made.alert_id) == {outside.id}
    sees_it(cast, outside.id, made)
    sees_it(cast, cast.jo, made)


def test_nobody_left_to_tell_is_a_red_banner_for_those_it_is_not_about(
    cast: Cast, begin: Begin
) -> None:
    made = begin(About.WORKER, cast.sue, cast.olu)
    alert = db.session.get_one(Alert, made.alert_id)
    assert alert.nobody_told
    sees_nothing(cast, cast.sue, made)


def test_neither_the_log_of_texts_nor_the_audit_of_the_young_person_names_it(
    cast: Cast, begin: Begin
) -> None:
    made = begin(About.WORKER, cast.sue)
    actions.note_told(
        cast.viewer(cast.sam), made.id, Telling(Whom.POLICE, Deed.TOLD, named="DC Lee"), now=NOW
    )
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.object_id == made.id)).all()
    assert {line.verb for line in lines} == {"harm:begun", "harm:told"}
    assert all(line.subject_id is None for line in lines)
    about = db.session.scalars(select(Message).where(Message.young_person_id == cast.maya)).all()
    assert not [each for each in about if "harm" in each.template]
    row = db.session.execute(text("SELECT words FROM allegations")).one()
    assert is_sealed(row.words)


def test_said_later_who_it_is_their_link_and_their_hold_on_it_end(
    cast: Cast, begin: Begin, app: Flask
) -> None:
    made = begin(About.OTHER)
    first = made.alert_id
    assert first is not None
    acknowledge(first, cast.sue, how=How.PAGE, now=NOW, viewer=cast.viewer(cast.sue))
    db.session.commit()
    later = NOW + timedelta(minutes=5)
    actions.say_about(
        cast.viewer(cast.sam), made.id, About.WORKER, [cast.sue], "", address=ADDRESS, now=later
    )
    db.session.commit()
    assert made.alert_id != first
    sees_nothing(cast, cast.sue, made)
    assert told(made.alert_id) == {cast.olu}
    assert cast.sue not in told(first)


def test_a_code_from_before_opens_nothing_any_more(cast: Cast, begin: Begin) -> None:
    made = begin(About.OTHER)
    links = {
        each.person_id: str(each.params).rsplit("/a/", 1)[1].strip('"}')
        for each in db.session.scalars(select(Message).where(Message.object_id == made.alert_id))
    }
    assert find_by_code(SYSTEM, links[cast.olu], now=NOW) is not None
    actions.say_about(
        cast.viewer(cast.sam), made.id, About.WORKER, [cast.olu], "", address=ADDRESS, now=NOW
    )
    assert find_by_code(SYSTEM, links[cast.olu], now=NOW) is None
    assert acknowledge_by_code(links[cast.olu], now=NOW) is None
    assert find_by_code(SYSTEM, links[cast.sue], now=NOW) is not None


def test_strangers_find_nothing_and_begin_nothing(cast: Cast, begin: Begin) -> None:
    made = begin()
    for who in [*cast.strangers.values(), cast.kit, cast.maya, cast.adil, cast.kits_worker]:
        with pytest.raises(NotFound):
            get_harm(cast.viewer(who), made.id, now=NOW)
        assert harm_lines(cast.viewer(who), now=NOW) == []
        with pytest.raises(NotFound):
            begin(by=who)


def test_a_carer_sees_only_what_they_began(cast: Cast, begin: Begin) -> None:
    sams, jos = begin(About.OTHER), begin(About.OTHER, by=cast.jo)
    jo = cast.viewer(cast.jo)
    assert [line.allegation.id for line in harm_lines(jo, now=NOW)] == [jos.id]
    with pytest.raises(NotFound):
        get_harm(jo, sams.id, now=NOW)
    actions.note_told(jo, jos.id, Telling(Whom.POLICE, Deed.TOLD, named="DC Lee"), now=NOW)
    with pytest.raises(NotFound):
        actions.close(jo, jos.id, safe_now="x", they_know="x", now=NOW)


def test_somebody_from_elsewhere_cannot_be_named(cast: Cast, begin: Begin) -> None:
    for who in (cast.far_zed_worker, cast.kits_carer, cast.maya):
        with pytest.raises(NotFound):
            begin(About.WORKER, who)


def all_told(cast: Cast, made: Allegation) -> None:
    for whom in left_to_tell(made):
        telling = Telling(whom, Deed.TOLD, named="Alex", reference="7/26")
        actions.note_told(cast.viewer(cast.sam), made.id, telling, now=NOW)


def test_it_closes_only_without_blanks_and_what_was_typed_is_kept(cast: Cast, begin: Begin) -> None:
    made, sue = begin(), cast.viewer(cast.sue)
    with pytest.raises(Blanks) as said:
        actions.close(sue, made.id, safe_now="At Nan's", they_know="", now=NOW)
    assert said.value.left == [Blank.WHO, Blank.TOLD, Blank.THEY_KNOW]
    assert (made.stage, made.safe_now) == (Stage.OPEN, "At Nan's")
    actions.say_about(sue, made.id, About.CARER, [cast.jo], "", address=ADDRESS, now=NOW)
    all_told(cast, made)
    actions.close(sue, made.id, safe_now="At Nan's", they_know="Sam told her", now=NOW)
    assert made.stage == Stage.CLOSED and made.closed_by_id == cast.sue
    assert db.session.get_one(Alert, made.alert_id).state == "resolved"
    with pytest.raises(Changed):
        actions.close(sue, made.id, safe_now="", they_know="", now=NOW)


@pytest.mark.parametrize(
    ("telling", "missing"),
    [
        (Telling(Whom.POLICE, Deed.TOLD), "named"),
        (Telling(Whom.POLICE, Deed.NOT_NEEDED, named="x"), "reason"),
        (Telling(Whom.POLICE, Deed.TOLD, NOW + timedelta(minutes=1), "x"), "at"),
    ],
)
def test_a_telling_says_with_whom_or_why_not(
    cast: Cast, begin: Begin, telling: Telling, missing: str
) -> None:
    with pytest.raises(SayMore) as said:
        actions.note_told(cast.viewer(cast.sam), begin().id, telling, now=NOW)
    assert said.value.args == (missing,)


def test_said_to_be_over_with_blanks_it_comes_back_within_the_hour(
    cast: Cast, begin: Begin
) -> None:
    made = begin(About.OTHER)
    first = made.alert_id
    assert first is not None
    at = NOW + timedelta(minutes=31)
    assert sweep(now=NOW, address=ADDRESS) == 0
    assert sweep(now=at, address=ADDRESS) == 1 and made.alert_id == first
    sue = cast.viewer(cast.sue)
    acknowledge(first, cast.sue, how=How.PAGE, now=at, viewer=sue)
    resolve(sue, first, Outcome.NOTHING, now=at)
    db.session.commit()
    later = at + timedelta(minutes=61)
    assert sweep(now=later, address=ADDRESS) == 1
    assert made.alert_id != first and told(made.alert_id) == {cast.sue, cast.olu}
    assert sweep(now=later, address=ADDRESS) == 0


def test_what_was_written_without_a_name_stays_without_one(cast: Cast) -> None:
    opening = Opening(Seen.FEEDBACK, None, About.CARER, (cast.jo,))
    made = actions.begin(cast.viewer(cast.sue), None, opening, address=ADDRESS, now=NOW)
    db.session.commit()
    assert made.young_person_id is None
    assert db.session.query(AllegationHidden).one().person_id == cast.jo
    sees_it(cast, cast.olu, made)
    for who in (cast.jo, cast.sam, cast.far_zed_supervisor, cast.adil, cast.maya):
        with pytest.raises(NotFound):
            get_harm(cast.viewer(who), made.id, now=NOW)
    with pytest.raises(NotFound):
        actions.begin(cast.viewer(cast.sam), None, opening, address=ADDRESS, now=NOW)
