"""Taking a referral in, and what people decide about it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.intake import deciding_actions as deciding
from engage.intake import queries
from engage.intake.actions import Arrived, CameDifferently, receive, receive_many
from engage.intake.arriving import SetAside
from engage.intake.deciding_actions import NotOneThing
from engage.intake.models import Referral, ReferralFile, ReferralTurn
from engage.intake.rules import CameBy, Known, State, Turn
from engage.people.access import SYSTEM, Verb
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.intake.conftest import WORDS, came, draft, stored
from tests.sealing import is_sealed


def turns(referral_id: UUID) -> list[str]:
    found = select(ReferralTurn.turn).where(ReferralTurn.referral_id == referral_id)
    return list(db.session.scalars(found.order_by(ReferralTurn.number)))


def acts() -> list[str]:
    wanted = select(AuditEntry.verb).where(AuditEntry.object_kind == "referral")
    return sorted(db.session.scalars(wanted))


def matched(cast: Cast, referral_id: UUID, by: UUID, whom: UUID | None = None) -> None:
    deciding.match(cast.viewer(by), referral_id, whom or cast.maya, Known.LOOKED_AFTER, now=NOW)
    db.session.commit()


def test_the_same_one_twice_comes_in_once(inside: Cast) -> None:
    arrived = Arrived(draft(), CameBy.EMAIL, "<a@b>")
    first, is_new = receive(SYSTEM, inside.organisation, arrived, now=NOW)
    again, is_new_again = receive(SYSTEM, inside.organisation, arrived, now=NOW)
    assert (first.id, is_new, is_new_again) == (again.id, True, False)
    assert turns(first.id) == ["came"] and acts() == ["referral:came"]
    # Another house, or another door, is another one.
    assert receive(SYSTEM, inside.other_organisation, arrived, now=NOW)[1]
    by_program = Arrived(draft(), CameBy.PROGRAM, "<a@b>")
    assert receive(SYSTEM, inside.organisation, by_program, now=NOW)[1]


def test_other_words_under_one_mark_are_not_taken_for_the_same(inside: Cast) -> None:
    came(inside, "log 7")
    with pytest.raises(CameDifferently):
        came(inside, "log 7", words="She is back")


def test_all_words_are_sealed_and_many_at_once_are_kept_as_one_is(inside: Cast) -> None:
    full = draft(phone="+447700900101", reference="123/26", contact="PC Reed", since=NOW)
    lines = [Arrived(full, CameBy.SHEET, f"{number}") for number in range(3)]
    made = receive_many(SYSTEM, inside.organisation, lines, now=NOW)
    one, _ = receive(SYSTEM, inside.organisation, Arrived(full, CameBy.FORM, "x"), now=NOW)
    db.session.commit()
    db.session.expire_all()
    columns = ("name", "birth_date", "phone", "reference", "contact", "words")
    table = Referral.__table__
    for row in db.session.execute(select(table)).mappings():
        assert is_sealed(*[row[name] for name in columns])
    many = db.session.get_one(Referral, made[0])
    same = ("name", "birth_date", "phone", "phone_index", "reference_index", "words", "state",
            "known", "received_at", "since_at", "content_digest")  # fmt: skip
    for name in same:
        assert getattr(many, name) == getattr(one, name), name
    assert turns(made[2]) == ["came"] and acts() == ["referral:came"] * 4
    assert many.words == WORDS


def test_from_a_match_on_it_is_seen_by_their_workers_and_whoever_has_it(inside: Cast) -> None:
    cast = inside
    referral = came(cast)
    for one in (cast.sam, cast.sue, cast.olu, cast.kits_worker):
        queries.get_referral(cast.viewer(one), referral, Verb.EDIT, now=NOW)
    matched(cast, referral, cast.kits_worker)
    it = stored(referral)
    assert (it.young_person_id, it.known, it.owner_id) == (
        cast.maya, "looked_after", cast.kits_worker,
    )  # fmt: skip
    queries.get_referral(cast.viewer(cast.kits_worker), referral, Verb.EDIT, now=NOW)
    deciding.allocate(
        cast.viewer(cast.kits_worker), referral, team_id=cast.team, owner_id=cast.sam, now=NOW
    )
    db.session.commit()
    with pytest.raises(NotFound):
        queries.get_referral(cast.viewer(cast.kits_worker), referral, Verb.READ, now=NOW)
    queries.get_referral(cast.viewer(cast.sam), referral, Verb.EDIT, now=NOW)
    assert stored(referral).state == State.IN_HAND
    assert turns(referral) == ["came", "matched", "allocated"]


def test_nobody_decides_for_another_house_or_matches_a_stranger(inside: Cast) -> None:
    cast = inside
    referral = came(cast)
    sam = cast.viewer(cast.sam)
    for stranger in (cast.far_zed_worker, cast.far_zed_supervisor, cast.jo, cast.maya, cast.adil):
        with pytest.raises(NotFound):
            matched(cast, referral, stranger)
    for nobody in (cast.far_zed_young, cast.jo, cast.organisation):
        with pytest.raises(NotFound):
            matched(cast, referral, cast.sam, nobody)
    with pytest.raises(NotFound):
        deciding.allocate(sam, referral, team_id=None, owner_id=cast.far_zed_worker, now=NOW)
    with pytest.raises(NotFound):
        deciding.allocate(sam, referral, team_id=cast.organisation, owner_id=None, now=NOW)
    with pytest.raises(ValueError, match="somebody"):
        deciding.allocate(sam, referral, team_id=None, owner_id=None, now=NOW)
    with pytest.raises(ValueError, match="known"):
        deciding.match(sam, referral, cast.maya, Known.NOT_KNOWN, now=NOW)
    assert turns(referral) == ["came"]


def test_a_wrong_match_is_taken_back_and_stays_in_the_history(inside: Cast) -> None:
    cast = inside
    referral = came(cast)
    matched(cast, referral, cast.sam)
    deciding.say_nobody_here(cast.viewer(cast.sam), referral, Known.NOT_KNOWN, now=NOW)
    db.session.commit()
    it = stored(referral)
    assert (it.young_person_id, it.known) == (None, "not_known")
    assert turns(referral) == ["came", "matched", "unmatched"]
    last = db.session.scalars(select(ReferralTurn).where(ReferralTurn.turn == Turn.UNMATCHED)).one()
    assert last.other_id == cast.maya
    with pytest.raises(ValueError, match="record"):
        deciding.say_nobody_here(cast.viewer(cast.sam), referral, Known.LOOKED_AFTER, now=NOW)


def test_the_later_one_points_to_the_first_and_nothing_is_erased(inside: Cast) -> None:
    cast = inside
    sam = cast.viewer(cast.sam)
    first, later = came(cast, "1"), came(cast, "2", at=NOW + timedelta(minutes=5), words="Again")
    third = came(cast, "3", at=NOW + timedelta(minutes=9))
    matched(cast, later, cast.sam)
    assert deciding.merge(sam, later, third, now=NOW) == later
    db.session.commit()
    assert deciding.merge(sam, later, first, now=NOW) == first
    db.session.commit()
    one, two, three = stored(first), stored(later), stored(third)
    assert (one.state, one.young_person_id) == ("waiting", cast.maya)
    assert {each.merged_into_id for each in (two, three)} == {first}
    assert {each.state for each in (two, three)} == {"merged"}
    assert (two.words, three.words, two.young_person_id) == ("Again", WORDS, cast.maya)
    assert turns(first) == ["came", "took_in"]
    assert turns(later) == ["came", "matched", "took_in", "merged"]
    page = queries.get_page(sam, first, now=NOW)
    assert [each.id for each in page.parts] == [later, third]
    with pytest.raises(Changed):
        deciding.finish(sam, later, State.DONE, "x", now=NOW)
    deciding.reopen(sam, later, "It was another evening", now=NOW)
    db.session.commit()
    assert (stored(later).state, stored(later).merged_into_id) == ("waiting", None)


def test_two_about_two_young_people_stay_apart(inside: Cast) -> None:
    cast = inside
    one, other = came(cast, "1"), came(cast, "2")
    matched(cast, one, cast.sam)
    matched(cast, other, cast.sam, cast.kit)
    with pytest.raises(NotOneThing):
        deciding.merge(cast.viewer(cast.sam), one, other, now=NOW)
    with pytest.raises(NotOneThing):
        deciding.merge(cast.viewer(cast.sam), one, one, now=NOW)


def test_an_end_needs_words_and_what_ended_is_opened_again_with_a_reason(inside: Cast) -> None:
    cast = inside
    sam, referral = cast.viewer(cast.sam), came(cast)
    with pytest.raises(ValueError, match="why"):
        deciding.finish(sam, referral, State.NOT_OURS, " ", now=NOW)
    deciding.finish(sam, referral, State.NOT_OURS, "Lives in Southtown", now=NOW)
    db.session.commit()
    it = stored(referral)
    assert (it.state, it.reason, it.closed_at) == ("not_ours", "Lives in Southtown", NOW)
    with pytest.raises(Changed):
        deciding.allocate(sam, referral, team_id=cast.team, owner_id=None, now=NOW)
    with pytest.raises(ValueError, match="why"):
        deciding.reopen(sam, referral, "", now=NOW)
    deciding.reopen(sam, referral, "She moved here", now=NOW)
    db.session.commit()
    assert (stored(referral).state, stored(referral).closed_at) == ("waiting", None)
    assert turns(referral) == ["came", "not_ours", "reopened"]
    with pytest.raises(Changed):
        deciding.reopen(sam, referral, "twice", now=NOW)


def test_what_the_sender_wrote_stays_when_a_name_is_written_anew(inside: Cast) -> None:
    cast = inside
    referral = came(cast, name="Maja")
    sam = cast.viewer(cast.sam)
    new = {"name": "Maya", "born": None, "phone": "+447700900101", "reference": "9"}
    for _ in range(2):
        deciding.correct(sam, referral, **new, now=NOW)
        db.session.commit()
    it = stored(referral)
    assert (it.name, it.birth_date, it.reference) == ("Maya", None, "9")
    assert it.phone_index and it.reference_index
    assert turns(referral) == ["came", "corrected"]
    line = db.session.scalars(select(ReferralTurn).where(ReferralTurn.number == 2)).one()
    assert line.words == "Maja, 2011-10-13"


def test_a_file_goes_only_to_who_may_read_it_and_fetching_is_written_down(inside: Cast) -> None:
    cast = inside
    files = (SetAside("form.pdf", 3, b"abc"), SetAside("film.mov", 10**8, None))
    arrived = Arrived(draft(), CameBy.EMAIL, "<f@b>", files)
    made, _ = receive(SYSTEM, cast.organisation, arrived, now=NOW)
    db.session.commit()
    kept = {each.name: each for each in db.session.scalars(select(ReferralFile))}
    sam = cast.viewer(cast.sam)
    assert deciding.fetch_file(sam, made.id, kept["form.pdf"].id, now=NOW).content == b"abc"
    assert "referral:file_opened" in acts()
    with pytest.raises(NotFound):
        deciding.fetch_file(sam, made.id, kept["film.mov"].id, now=NOW)
    with pytest.raises(NotFound):
        deciding.fetch_file(sam, came(cast), kept["form.pdf"].id, now=NOW)
    zed = cast.viewer(cast.far_zed_worker)
    with pytest.raises(NotFound):
        deciding.fetch_file(zed, made.id, kept["form.pdf"].id, now=NOW)


def test_the_inbox_shows_what_details_show_and_the_count_is_what_waits(inside: Cast) -> None:
    cast = inside
    one, other = came(cast, "1"), came(cast, "2", at=NOW + timedelta(minutes=1))
    far = came(cast, "3", house=cast.other_organisation)
    matched(cast, one, cast.sam)
    sam, wyn = cast.viewer(cast.sam), cast.viewer(cast.kits_worker)
    zed = cast.viewer(cast.far_zed_worker)

    def shown(viewer, state=State.WAITING, **more):
        return [each.id for each in queries.inbox(viewer, state, now=NOW, **more)]

    assert shown(sam) == [one, other] and shown(wyn) == [other] and shown(zed) == [far]
    assert shown(sam, after=(NOW, one)) == [other]
    assert shown(cast.viewer(cast.jo)) == [] and shown(cast.viewer(cast.ines)) == []
    assert [queries.count_waiting(each, now=NOW) for each in (sam, wyn, zed)] == [2, 1, 1]
    deciding.allocate(sam, one, team_id=None, owner_id=cast.kits_worker, now=NOW)
    deciding.finish(sam, other, State.DONE, "Called back", now=NOW)
    db.session.commit()
    assert [queries.count_waiting(each, now=NOW) for each in (sam, wyn, zed)] == [0, 1, 1]
    assert shown(wyn, State.IN_HAND) == [one] and shown(sam, State.DONE) == [other]
    assert [each.id for each in queries.referrals_about(sam, cast.maya, now=NOW)] == [one]
    with pytest.raises(NotFound):
        queries.referrals_about(wyn, cast.maya, now=NOW)


def test_those_that_may_be_the_same_share_a_reference_a_phone_or_a_name(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = inside
    mine = came(cast, "1", reference="NT 123/26", phone="+447700900900")
    reference = came(cast, "2", name="", reference="nt123/26")
    phone = came(cast, "3", name="M", phone="+447700900900")
    name = came(cast, "4", name="MAYA")
    came(cast, "5", name="Kit")
    came(cast, "6", at=NOW - timedelta(days=31))
    came(cast, "7", house=cast.other_organisation)
    sam = cast.viewer(cast.sam)
    found = queries.alike(sam, stored(mine), now=NOW)
    assert {each.id for each in found} == {reference, phone, name}
    # However many came since, what an index finds is found.
    monkeypatch.setattr(queries, "MOST_LOOKED_AT", 0)
    found = queries.alike(sam, stored(mine), now=NOW)
    assert {each.id for each in found} == {reference, phone}
