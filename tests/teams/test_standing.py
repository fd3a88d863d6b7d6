"""Suspended, let back, started afresh, left: at once, by somebody else, and never alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.db import db
from engage.people.access import SYSTEM
from engage.people.account_models import Account, Passkey
from engage.people.actions import end_role, grant_role
from engage.people.contacts import contacts_of
from engage.people.models import LoginSession, Role, RoleGrant
from engage.people.queries import viewer_of
from engage.teams import actions, queries
from engage.teams.models import RequestKind
from engage.teams.queries import Standing
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.teams.doing import LATER, invite, roles

pytestmark = pytest.mark.usefixtures("inside")


def session_of(person_id):
    row = LoginSession(
        token_digest="d" * 64, person_id=person_id, area="staff", created_at=NOW, seen_at=NOW,
        expires_at=NOW + timedelta(hours=8),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def test_whoever_is_suspended_is_out_at_once_and_hears_of_no_alert(cast):
    session = session_of(cast.olu)
    actions.suspend(cast.viewer(cast.sue), cast.olu, now=NOW)
    db.session.refresh(session)
    assert session.revoked_at == NOW
    assert viewer_of(SYSTEM, cast.olu, now=NOW) is None
    assert cast.olu not in [c.person_id for c in contacts_of(SYSTEM, cast.maya, now=NOW)]
    account = db.session.scalars(select(Account).filter_by(person_id=cast.olu)).one()
    assert not account.active
    member = queries.get_member(cast.viewer(cast.sue), cast.olu, now=NOW)
    assert member.standing is Standing.SUSPENDED
    with pytest.raises(Changed):
        actions.suspend(cast.viewer(cast.sue), cast.olu, now=NOW)


def test_whoever_is_let_back_has_the_roles_of_before(cast):
    actions.suspend(cast.viewer(cast.sue), cast.olu, now=NOW)
    actions.let_back(cast.viewer(cast.adil), cast.olu, now=LATER)
    assert roles(cast, cast.olu) == {Role.OUT_OF_HOURS}
    assert cast.olu in [c.person_id for c in contacts_of(SYSTEM, cast.maya, now=LATER)]
    with pytest.raises(Changed):
        actions.let_back(cast.viewer(cast.adil), cast.olu, now=LATER)


def test_nobody_suspends_themselves_or_somebody_of_another_team(cast):
    for who in ("sue", "adil"):
        with pytest.raises(NotFound):
            actions.suspend(cast.viewer(getattr(cast, who)), getattr(cast, who), now=NOW)
    with pytest.raises(NotFound):
        actions.suspend(cast.viewer(cast.sue), cast.zed_worker, now=NOW)
    with pytest.raises(NotFound):
        actions.suspend(cast.viewer(cast.sue), cast.adil, now=NOW)
    with pytest.raises(NotFound):
        actions.suspend(cast.viewer(cast.adil), cast.far_zed_worker, now=NOW)
    with pytest.raises(NotFound):
        actions.suspend(cast.viewer(cast.adil), cast.maya, now=NOW)


def test_a_team_they_left_gives_its_supervisor_no_say(cast):
    grant_role(SYSTEM, cast.zed_worker, Role.INTERVIEWER, team_id=cast.team, now=NOW)
    sue = cast.viewer(cast.sue)
    assert queries.get_member(sue, cast.zed_worker, now=NOW)
    former = db.session.scalars(
        select(RoleGrant).filter_by(role=Role.INTERVIEWER, person_id=cast.zed_worker)
    ).one()
    end_role(sue, former.id, now=NOW)
    for act in (queries.get_member, actions.suspend):
        with pytest.raises(NotFound):
            act(sue, cast.zed_worker, now=LATER)


def test_only_whoever_never_signed_in_gets_another_link(cast):
    made = invite(cast, cast.sue)
    assert actions.invite_again(cast.viewer(cast.sue), made.person_id, now=NOW) != made.code
    with pytest.raises(NotFound):
        actions.invite_again(cast.viewer(cast.sue), cast.sam, now=NOW)


def test_a_fresh_start_needs_two_and_ends_everything_of_before(cast):
    account = db.session.scalars(select(Account).filter_by(person_id=cast.sam)).one()
    account.tf_totp_secret, account.tf_primary_method = "secret", "authenticator"
    db.session.add(
        Passkey(
            user_id=account.id, credential_id=b"c", public_key=b"k", backup_state=False,
            device_type="single_device", lastuse_datetime=NOW, name="phone", usage="first",
        )
    )  # fmt: skip
    session = session_of(cast.sam)
    before = account.fs_uniquifier
    request = actions.ask_for_fresh_start(cast.viewer(cast.adil), cast.sam, now=NOW)
    assert request.kind == RequestKind.FRESH_START
    with pytest.raises(actions.AlreadyHeld):
        actions.ask_for_fresh_start(cast.viewer(cast.sue), cast.sam, now=NOW)
    with pytest.raises(NotFound):
        actions.decide(cast.viewer(cast.adil), request.id, yes=True, now=LATER)
    assert account.tf_totp_secret, "nothing happens before the second yes"
    code = actions.decide(cast.viewer(cast.sue), request.id, yes=True, now=LATER)
    assert code
    db.session.refresh(account)
    assert (account.password, account.tf_totp_secret, account.tf_primary_method) == (None,) * 3
    assert account.fs_uniquifier != before
    assert db.session.scalars(select(Passkey)).all() == []
    db.session.refresh(session)
    assert session.revoked_at == LATER
    member = queries.get_member(cast.viewer(cast.sue), cast.sam, now=LATER)
    assert member.standing is Standing.INVITED


def test_nobody_starts_their_own_sign_in_afresh(cast):
    for who in (cast.adil, cast.sue):
        with pytest.raises(NotFound):
            actions.ask_for_fresh_start(cast.viewer(who), who, now=NOW)
