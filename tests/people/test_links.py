"""Codes: found however they are typed, kept as digests, closed when they should be."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engage.db import db
from engage.people import links
from engage.people.models import Link, LinkKind
from tests.page import Page


def test_codes_are_long_enough_and_easy_to_read():
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", links.new_code())
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{13}", links.new_code(typed=True))
    assert len({links.new_code() for _ in range(1000)}) == 1000
    assert links.grouped("ABCDEFGHJKMNP") == "ABCD-EFGH-JKMN-P"


@pytest.mark.parametrize(
    "typed", ["01ab-cd", " O1 AB CD ", "oiabcd", "0l.ab\u2013cd", "٠١abcd", "\uff10\uff11ＡＢｃｄ"]
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert links.normalise(typed) == "01ABCD"


@given(st.text(max_size=300))
def test_reading_a_code_never_fails_and_is_done_once(typed):
    assert links.normalise(links.normalise(typed)) == links.normalise(typed)


def issue(cast, now, kind=LinkKind.CHECK_IN, **more):
    return links.issue(kind, young_person_id=cast.maya, now=now, **more)


def test_only_the_digest_is_kept_unless_the_card_must_be_printed_again(app, cast, now):
    with app.app_context():
        code, card = issue(cast, now), issue(cast, now, typed=True, keep=True)
        db.session.commit()
        assert links.find(LinkKind.CHECK_IN, code, now=now)._code is None
        found = links.find(LinkKind.CHECK_IN, links.grouped(card).lower(), now=now)
        assert found.code == card
        for row in db.session.scalars(select(Link)):
            for value in (row.code_digest, row._code):
                assert code not in str(value)
                assert card not in str(value)


def test_a_code_of_one_kind_opens_nothing_of_another(app, cast, now):
    with app.app_context():
        code = issue(cast, now)
        db.session.flush()
        found = [kind for kind in LinkKind if links.find(kind, code, now=now)]
        assert found == [LinkKind.CHECK_IN]


def test_links_end_on_time_and_when_revoked(app, cast, now):
    with app.app_context():
        code = issue(cast, now, expires_at=now + timedelta(hours=1))
        other = issue(cast, now, person_id=cast.ade)
        db.session.flush()
        just_before = now + timedelta(minutes=59, seconds=59)
        assert links.find(LinkKind.CHECK_IN, code, now=just_before)
        assert not links.find(LinkKind.CHECK_IN, code, now=now + timedelta(hours=1))
        assert links.revoke(LinkKind.CHECK_IN, person_id=cast.ade, now=now) == 1
        assert not links.find(LinkKind.CHECK_IN, other, now=now)
        with pytest.raises(ValueError, match="whose"):
            links.revoke(LinkKind.CHECK_IN, now=now)


def test_a_link_that_works_once_works_once(app, cast, now):
    with app.app_context():
        issue(cast, now, kind=LinkKind.SIGN_IN)
        db.session.commit()
        link = db.session.scalars(select(Link)).one()
        assert links.use_up(link, now=now)
        assert not links.use_up(link, now=now)


def test_jo_signs_in_with_a_link_that_looking_does_not_use_up(app, client, cast, now):
    with app.app_context():
        code = links.issue(LinkKind.SIGN_IN, young_person_id=None, person_id=cast.jo, now=now)
        db.session.commit()
    for _ in range(2):
        page = Page(client.get(f"/sign-in/link/{code}"))
    client.head(f"/sign-in/link/{code}")
    assert page.form().submit(client).location == "/"
    assert client.get("/alerts").status_code == 200
    again = app.test_client()
    assert again.get(f"/sign-in/link/{code}").status_code == 404
    assert again.get(f"/sign-in/new/{code}").status_code == 404


def test_a_link_of_a_worker_or_a_trusted_person_signs_nobody_in(app, client, cast, now):
    with app.app_context():
        codes = [
            links.issue(LinkKind.SIGN_IN, young_person_id=None, person_id=person, now=now)
            for person in (cast.sam, cast.ade)
        ]
        db.session.commit()
    for code in codes:
        assert client.get(f"/sign-in/link/{code}").status_code == 404
