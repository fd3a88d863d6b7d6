"""Nothing leaves that was not allowed: every part, every choice, every situation, every way out."""

import io
import json
import subprocess
from itertools import product
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient

from engage.db import db
from engage.emergencies.actions import open_in_emergency
from engage.emergencies.rules import ReasonCode
from engage.episodes.models import Episode
from engage.missing_pack import actions
from engage.missing_pack.actions import Override
from engage.missing_pack.gathering import gather, what_is_allowed
from engage.missing_pack.models import MissingPack
from engage.people.access import SYSTEM
from engage.people.models import Consent, Person, Relationship
from engage.people.rules import DisclosureReason, Purpose
from engage.people.sharing_actions import share
from engage.trust.actions import Details, change_named_person
from engage.trust.invitation_actions import answer_by_text
from tests.cast import CODE_WORD, LONG_AGO, NOT_OK_WORD, NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import opened
from tests.missing_pack.conftest import LATER, NAMED, PARTS, Away, mark
from tests.page import Page, follow
from tests.paper import need, need_pdf
from tests.plans.conftest import MayasPlan

SITUATIONS = (set(), {"away"}, {"danger"}, {"away", "danger"})
CHOICES = (None, *Purpose)
# In no pack whatever is chosen: her home, her words, her carer, who did not say yes to the police.
NEVER = ("Hazel House", CODE_WORD, NOT_OK_WORD, "Coach Lee", "Jo", mark("words"), mark("sharing"))


def is_open(purpose: str | None, situation: set[str]) -> bool:
    """Say, in this test's own words, whether a choice lets a part out."""
    if purpose in (None, "never"):
        return False
    return purpose == "always" or purpose in situation


def words_in(content: dict[str, Any]) -> str:
    """Return every word a pack holds: its pages are drawn from this and nothing else."""
    return json.dumps(content, ensure_ascii=False)


def holds(words: str, part: str) -> bool:
    if NAMED.get(part):
        return any(name in words for name in NAMED[part])
    return mark(part) in words


def wrong_parts(words: str, wanted: set[str]) -> list[str]:
    found = {part for part in PARTS if part != "photo" and holds(words, part)}
    return sorted(found ^ (wanted - {"photo"})) + [word for word in NEVER if word in words]


def test_every_choice_about_every_part_in_every_situation_with_and_without_an_override(
    away: Away,
) -> None:
    wrong = []
    with away.plan.app.app_context():
        episode = db.session.get_one(Episode, away.episode_id)
        for purpose, situation in product(CHOICES, SITUATIONS):
            away.note(situation)
            away.share_with_police(dict.fromkeys(PARTS, purpose))
            for override in (None, *PARTS):
                extra = () if override is None else (override,)
                allowed = what_is_allowed(SYSTEM, away.cast.maya, now=LATER, override=extra)
                made = gather(SYSTEM, episode, allowed, now=LATER)
                wanted = set(PARTS) if is_open(purpose, situation) else set(extra)
                has_photo = made.jpeg is not None
                found = wrong_parts(words_in(made.content), wanted)
                if found or has_photo != ("photo" in wanted):
                    wrong.append((purpose, situation, override, found, has_photo))
    assert wrong == []


def turned(turn: int) -> dict[str, Purpose]:
    """Give each part another choice than its neighbours; four turns give each part all four."""
    kinds = list(Purpose)
    return {part: kinds[(at + turn) % 4] for at, part in enumerate(PARTS)}


def strings_in(pdf: bytes) -> str:
    """Return every string of a PDF that is no drawing: titles, alternative texts, names, dates."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found: list[str] = []
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        try:
            found += _strings(reader.get_object(number))
        except (pypdf.errors.PdfReadError, KeyError):
            continue
    return " ".join(found)


def everything_in(pdf: bytes) -> str:
    """Return all that a program can find in a PDF, streams unpacked, but not what is on its pages.

    Titles, dates, names of objects and of destinations, bookmarks, notes, attachments with their
    contents, embedded XML, and every packed stream as it is once Flate is undone.
    """
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found = [strings_in(pdf), str(reader.metadata), str(reader.outline), str(reader.page_labels)]
    found += [*reader.named_destinations, *(reader.get_fields() or {})]
    for name, contents in reader.attachments.items():
        found += [name, *(each.decode("utf-8", "replace") for each in contents)]
    for page in reader.pages:
        found += [image.name for image in page.images]
        found += [str(note.get_object()) for note in page.get("/Annots", [])]
    for number in range(1, int(reader.trailer["/Size"])):
        thing = reader.get_object(number)
        found.append(str(thing) if not isinstance(thing, pypdf.generic.StreamObject) else "")
        if isinstance(thing, pypdf.generic.StreamObject) and thing.get("/Subtype") != "/Image":
            found += [str(dict(thing)), thing.get_data().decode("latin-1")]
    return " ".join(found)


def pages_of(pdf: bytes) -> str:
    """Read the pages with another reader than `read`: what one leaves out the other may find."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(page.extract_text() for page in reader.pages)


def test_the_search_finds_what_is_packed_away() -> None:
    """A name hidden in a packed stream, a title, a bookmark or an attachment is found."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(100, 100)
    packed = pypdf.generic.DecodedStreamObject()
    packed.set_data(b"zqpacked")
    page[pypdf.generic.NameObject("/Extra")] = writer._add_object(packed.flate_encode())
    writer.add_metadata({"/Title": "zqtitle", "/Extra": "zqextra"})
    writer.add_outline_item(title="zqbookmark", page_number=0)
    writer.add_attachment(filename="zqname.txt", data=b"zqinside")
    out = io.BytesIO()
    writer.write(out)
    assert b"zqpacked" not in out.getvalue()
    found = everything_in(out.getvalue())
    for word in ("zqpacked", "zqtitle", "zqextra", "zqbookmark", "zqname.txt", "zqinside"):
        assert word in found, word


def _strings(thing: Any) -> list[str]:
    if isinstance(thing, pypdf.generic.TextStringObject):
        return [str(thing)]
    if isinstance(thing, dict):
        return [x for value in thing.values() for x in _strings(value)]
    if isinstance(thing, list):
        return [x for value in thing for x in _strings(value)]
    return []


def read(pdf: bytes) -> str:
    """Read a PDF with a program of others."""
    program = need("pdftotext", "poppler-utils")
    done = subprocess.run([program, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def get_pdf(client: FlaskClient, pack_id: object) -> tuple[bytes, str]:
    response = client.get(f"/packs/{pack_id}/pages.pdf")
    assert response.status_code == 200 and response.content_type == "application/pdf"
    return response.data, response.headers["Content-Disposition"]


@pytest.mark.parametrize("turn", range(4))
def test_the_pdf_holds_what_was_allowed_and_says_nothing_outside_its_pages(
    away: Away, turn: int
) -> None:
    need_pdf()
    sam, choices = away.plan.browser("sam"), turned(turn)
    for situation in SITUATIONS:
        with away.plan.app.app_context():
            away.note(situation)
            away.share_with_police(choices)
            pack = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER)
            db.session.commit()
            pack_id = pack.id
        wanted = {part for part, purpose in choices.items() if is_open(purpose, situation)}
        pdf, disposition = get_pdf(sam, pack_id)
        assert wrong_parts(read(pdf), wanted) == []
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        pictures = {image.data for page in reader.pages for image in page.images}
        assert len(pictures) == ("photo" in wanted)
        assert not reader.attachments
        assert disposition == 'inline; filename="information.pdf"'
        assert wrong_parts(pages_of(pdf), wanted) == []
        outside = everything_in(pdf)
        for name in ("Maya", "Sam", "Ade", "Northtown", "zq", *NEVER):
            assert name not in outside, outside


def test_the_title_and_producer_of_the_pdf_name_nobody(away: Away) -> None:
    need_pdf()
    with away.plan.app.app_context():
        pack = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER)
        db.session.commit()
        pack_id = pack.id
    pdf, _ = get_pdf(away.plan.browser("sam"), pack_id)
    about = {k: str(v) for k, v in (pypdf.PdfReader(io.BytesIO(pdf)).metadata or {}).items()}
    assert about.pop("/Title") == "Information"
    assert about.pop("/Producer").startswith("WeasyPrint")
    assert about == {}
    assert pypdf.PdfReader(io.BytesIO(pdf)).xmp_metadata is None


def test_what_is_open_to_a_worker_in_an_emergency_does_not_go_to_the_police(away: Away) -> None:
    with away.plan.app.app_context():
        sam = away.plan.viewer("sam")
        open_in_emergency(
            sam, away.cast.maya, ["safe", "safer"], code=ReasonCode.MISSING,
            reason="She did not come to the bus", address=ADDRESS, now=LATER,
        )  # fmt: skip
        pack = actions.make_pack(sam, away.episode_id, now=LATER)
        assert pack.parts == [] and wrong_parts(pack.content, set()) == []


def test_a_carer_hands_on_only_what_they_may_read_themselves(away: Away) -> None:
    with away.plan.app.app_context():
        away.share_with_police({"treat_me": Purpose.ALWAYS, "safe": Purpose.ALWAYS})
        away.share_with("jo", "treat_me", "places")
        jo = actions.make_pack(away.plan.viewer("jo"), away.episode_id, now=LATER)
        sam = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER)
        assert (jo.parts, sam.parts) == (["treat_me"], ["treat_me", "safe"])
        assert mark("safe") not in jo.content


def test_a_name_that_is_only_for_messages_is_not_for_finding_them(away: Away) -> None:
    with away.plan.app.app_context():
        away.share_with_police({"online": Purpose.ALWAYS})
        given = {"names": [{"site": mark("online")}], "use": "message"}
        away.plan.write("maya", "online", given, seen=1)
        pack = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER)
        assert mark("online") not in pack.content


def test_a_trusted_person_who_left_is_not_named(away: Away) -> None:
    with away.plan.app.app_context():
        away.share_with_police({"trusted_people": Purpose.ALWAYS})
        for each in db.session.query(Relationship).filter_by(person_id=away.cast.ade):
            each.consent = Consent.LEFT
        db.session.commit()
        pack = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER)
        assert "Nan Ruth" in pack.content and "Ade" not in pack.content


def test_a_trusted_person_is_named_only_when_they_said_yes_to_that(plan: MayasPlan) -> None:
    """She said yes before; the young person added the police later and asked nobody."""
    with plan.app.app_context():
        nan = db.session.query(Relationship).filter_by(person_id=plan.cast.nan_ruth).one()
        person = db.session.get_one(Person, plan.cast.nan_ruth)
        share(SYSTEM, plan.cast.maya, "trusted_people", role="police", agreed_how="x", now=LONG_AGO)
        episode, sam = opened(plan.cast, policy="england"), plan.viewer("sam")
        details = Details("Nan Ruth", person.phone, asks=("look", "police"))
        change_named_person(plan.viewer("maya"), plan.id, nan.id, details, now=NOW)
        assert "Nan Ruth" not in actions.make_pack(sam, episode.id, now=LATER).content
        # Asked anew, with that among it, she says yes.
        nan.consent = Consent.ASKED
        db.session.flush()
        answer_by_text(plan.cast.viewer(person.id), person.id, yes=True, now=NOW)
        assert "Nan Ruth" in actions.make_pack(sam, episode.id, now=LATER).content


def test_an_override_tells_what_it_names_and_the_page_says_so(away: Away) -> None:
    need_pdf()
    with away.plan.app.app_context():
        why = Override(["safer"], DisclosureReason.SERIOUS_HARM, "She is hurt and alone", "Police")
        pack = actions.make_pack(away.plan.viewer("sam"), away.episode_id, now=LATER, override=why)
        db.session.commit()
        pack_id = pack.id
    words = read(get_pdf(away.plan.browser("sam"), pack_id)[0])
    assert wrong_parts(words, {"safer"}) == []
    assert "without the young person's yes" in " ".join(words.split())


def test_the_pages_stay_as_they_were_when_the_plan_changes(away: Away) -> None:
    need_pdf()
    sam = away.plan.browser("sam")
    with away.plan.app.app_context():
        away.share_with_police({"safe": Purpose.ALWAYS, "photo": Purpose.ALWAYS})
    page = Page(sam.get(f"/episodes/{away.episode_id}/pack"))
    page = follow(sam, page.form(page.path).submit(sam))
    before, _ = get_pdf(sam, page.path.rsplit("/", 1)[1])
    with away.plan.app.app_context():
        away.share_with_police({})
        away.plan.write("maya", "safe", "Something else", seen=1)
        assert db.session.query(MissingPack).count() == 1
    after, _ = get_pdf(sam, page.path.rsplit("/", 1)[1])
    assert read(before) == read(after) and mark("safe") in read(after)
