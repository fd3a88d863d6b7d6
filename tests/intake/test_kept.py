"""What came in goes when its time is over, not before, and stands in what is kept about them."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage.db import db
from engage.intake import deciding_actions as deciding
from engage.intake.actions import Arrived, receive
from engage.intake.arriving import SetAside
from engage.intake.models import Referral, ReferralFile, ReferralTurn
from engage.intake.rules import CameBy, Known, State
from engage.operators import keeping
from engage.operators.whole_record import gather
from engage.people.access import SYSTEM
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from tests.cast import NOW, Cast
from tests.intake.conftest import WORDS, came, draft, stored

DAYS = DEFAULT_DAYS[Kept.REFERRALS]


def erased(days: int) -> int:
    done = keeping.erase(Kept.REFERRALS, now=NOW + timedelta(days=days, minutes=1))
    db.session.commit()
    return done


def mailed(cast: Cast) -> UUID:
    said = draft(reference="NT 1", phone="+447700900101", contact="PC Reed")
    arrived = Arrived(said, CameBy.EMAIL, "<1@b>", (SetAside("form.pdf", 3, b"abc"),))
    made, _ = receive(SYSTEM, cast.organisation, arrived, now=NOW)
    db.session.commit()
    return made.id


@pytest.mark.parametrize("is_matched", [True, False])
def test_words_and_files_go_a_year_after_a_person_closed_it(is_matched: bool, inside: Cast) -> None:
    sam, referral, still = inside.viewer(inside.sam), mailed(inside), came(inside, "open")
    if is_matched:
        deciding.match(sam, referral, inside.maya, Known.LOOKED_AFTER, now=NOW)
    deciding.finish(sam, referral, State.NOT_OURS, "Lives elsewhere", now=NOW)
    db.session.commit()
    assert erased(DAYS - 1) == 0
    assert erased(DAYS) > 0 and erased(DAYS) == 0
    it = stored(referral)
    gone = (it.name, it.birth_date, it.phone, it.reference, it.contact, it.words, it.reason,
            it.phone_index, it.reference_index)  # fmt: skip
    assert set(gone) == {None}
    assert (it.state, it.closed_at, bool(it.key_index)) == ("not_ours", NOW, True)
    assert not db.session.scalars(select(ReferralFile)).all()
    lines = select(ReferralTurn.turn, ReferralTurn._words).order_by(ReferralTurn.number)
    left = db.session.execute(lines.where(ReferralTurn.referral_id == referral)).all()
    assert {words for _, words in left} == {None} and left[-1].turn == "not_ours"
    assert stored(still).words == WORDS
    # The old mail does not come in again.
    assert db.session.scalar(select(Referral.id).where(Referral.id == mailed(inside))) == referral


def test_what_came_in_about_somebody_stands_in_what_is_kept_about_them(inside: Cast) -> None:
    referral = mailed(inside)
    deciding.match(inside.viewer(inside.sam), referral, inside.maya, Known.LOOKED_AFTER, now=NOW)
    came(inside, "nobody's")
    found = gather(inside.maya, now=NOW)["records"]
    (one,) = found["referrals"]
    assert (one["words"], one["contact"]) == (WORDS, "PC Reed")
    assert not {name for name in one if name.endswith(("_index", "_digest"))}
    assert {each["turn"] for each in found["referral_turns"]} == {"came", "matched"}
    assert [each["name"] for each in found["referral_files"]] == ["form.pdf"]
