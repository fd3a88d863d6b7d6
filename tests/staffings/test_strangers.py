"""Zed, and everybody else whose meeting it is not, finds nothing."""

import pytest

from engage.db import db
from engage.staffings import actions, meeting_actions
from engage.staffings.models import MeetingAction, MeetingGuest
from tests.cast import NOW
from tests.episodes.away import seen_as
from tests.page import Page
from tests.staffings.conftest import DAY, plan

STRANGERS = ["zed_worker", "zed_carer", "kits_worker", "far_zed_worker", "far_zed_supervisor",
             "jo", "ines", "maya"]  # fmt: skip


@pytest.fixture
def there(app, cast, missing):
    """The ids of an episode, its meeting, a guest, and something that was agreed."""
    episode_id = missing()
    with app.app_context():
        sam = seen_as(cast.sam)
        meeting = actions.confirm(sam, episode_id, plan(person_ids=(cast.sue,)), now=NOW)
        guest = db.session.query(MeetingGuest).filter_by(meeting_id=meeting.id).one().id
        agreed = meeting_actions.agree(sam, meeting.id, "Ring", cast.sam, NOW + DAY, now=NOW)
        db.session.commit()
        return episode_id, meeting.id, guest, agreed.id


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_find_nothing(app, signed, there, name):
    episode_id, meeting_id, guest, action = there
    zed = signed(name)
    for path in (
        f"/episodes/{episode_id}/staffing",
        f"/episodes/{episode_id}/staffing/prepare",
        f"/episodes/{episode_id}/meetings/staffing",
        f"/meetings/{meeting_id}",
        f"/episodes/{episode_id}/meetings/team",
        f"/meetings/{meeting_id}/move",
        f"/meetings/{meeting_id}/notes",
        f"/meetings/{meeting_id}/export",
        f"/meetings/{meeting_id}/export.txt",
        f"/meetings/{meeting_id}/export.pdf",
    ):
        assert zed.get(path).status_code == 404, path
    token = Page(zed.get("/c")).form().values["csrf_token"][0]
    for path in (f"/meetings/{meeting_id}/guests", f"/meetings/{meeting_id}/words",
                 f"/meetings/{meeting_id}/actions", f"/meetings/{meeting_id}/cancel",
                 f"/meetings/{meeting_id}/young-person", f"/meetings/guests/{guest}/remove",
                 f"/meetings/guests/{guest}/again", f"/meetings/actions/{action}/done",
                 f"/episodes/{episode_id}/staffing/decline"):  # fmt: skip
        assert zed.post(path, data={"csrf_token": token}).status_code == 404, path
    if name in ("zed_worker", "far_zed_worker"):
        assert "Maya" not in Page(zed.get("/staffings"))
    with app.app_context():
        assert db.session.get_one(MeetingAction, action).done_at is None
        assert db.session.get_one(MeetingGuest, guest).removed_at is None
