"""The plan on paper: in one language or two, from the browser and as a PDF."""

from pathlib import Path

import pytest

from engage.db import db
from engage.i18n import LOCALES, gettext, use_locale
from engage.paper.pages import direction_of
from engage.people.models import Organisation, Person
from engage.plans.models import Voice
from engage.web import pdf
from engage.web.paper_sizes import is_letter
from tests import paper
from tests.emergencies.doing import open_for
from tests.page import Page
from tests.plans.conftest import WORDS, MayasPlan

WELSH = "Mae'r tŷ yn gynnes, ŵyr Nain yno. Ŵŵ Ŷŷ Âê Ïï"
ARABIC = "خطتي للسلامة: البيت هادئ"
MIXED = 'Meet me at محطة القطار at 7, <b>not</b> 8 & "OK" 😀'


@pytest.fixture
def bilingual(written: MayasPlan) -> MayasPlan:
    """Maya reads English, Jo reads Welsh."""
    set_locale(written, "jo", "cy")
    return written


def set_locale(plan: MayasPlan, who: str, code: str) -> None:
    with plan.app.app_context():
        person = db.session.get(Person, getattr(plan.cast, who))
        person.locale = code
        db.session.commit()


def sheet(plan: MayasPlan, who: str, query: str = "") -> Page:
    return Page(plan.browser(who).get(f"{plan.path}/paper{query}"))


def printed(plan: MayasPlan, who: str, query: str = "") -> bytes:
    paper.need_pdf()
    answer = plan.browser(who).get(f"{plan.path}/paper.pdf{query}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="plan.pdf"'
    return answer.data


def in_language(code: str, sentence: str, **values: object) -> str:
    with use_locale(code):
        return gettext(sentence, **values)


def flat(words: str) -> str:
    """Return words without the breaks that a narrow column makes."""
    return " ".join(words.split())


def test_the_carers_language_stands_beside_the_young_persons_without_asking(
    bilingual: MayasPlan,
) -> None:
    page = sheet(bilingual, "maya")
    assert 'lang="en" dir="ltr"' in page.html and 'lang="cy" dir="ltr"' in page.html
    assert "What safe means to me" in page
    assert in_language("cy", "What safe means to me") in page
    # The other way round for Jo, who reads Welsh.
    page = Page(bilingual.browser("jo").get(f"{bilingual.path}/paper?lang=cy"))
    assert page.html.index('lang="cy" dir="ltr"><h2>') < page.html.index('lang="en" dir="ltr"><h2>')


def test_with_one_language_in_the_house_there_is_one_on_paper(written: MayasPlan) -> None:
    page = sheet(written, "maya")
    assert 'class="beside"' not in page.html
    assert "What safe means to me" in page


@pytest.mark.parametrize("code", [code for code in LOCALES if code != "en"])
def test_any_other_language_can_be_put_beside(written: MayasPlan, code: str) -> None:
    page = sheet(written, "maya", f"?with={code}")
    way = "rtl" if code == "ar" else "ltr"
    assert f'lang="{code}" dir="{way}"' in page.html
    assert in_language(code, "What safe means to me") in page
    assert "What safe means to me" in page


@pytest.mark.parametrize("asked", ["none", "en", "xx", "<script>", ""])
def test_a_language_we_do_not_speak_or_the_same_again_gives_one(
    written: MayasPlan, asked: str
) -> None:
    page = sheet(written, "maya", f"?with={asked}")
    assert page.status == 200
    assert 'class="beside"' not in page.html


def test_what_people_wrote_stands_once_and_unchanged(bilingual: MayasPlan) -> None:
    page = sheet(bilingual, "maya")
    for words in WORDS.values():
        assert page.html.count(words) == 1


def test_whose_words_they_are_and_when_is_said_in_both(bilingual: MayasPlan) -> None:
    page = sheet(bilingual, "maya")
    assert "22 Nov 2026" in page and "22 Tach 2026" in page


def test_maya_s_paper_leaves_out_what_only_she_can_see_unless_she_wants_it(
    plan: MayasPlan,
) -> None:
    with plan.app.app_context():
        for question, text in WORDS.items():
            plan.write("maya", question, text)
        plan.share("safe|role:carer")
    page = sheet(plan, "maya")
    assert WORDS["safe"] in page and WORDS["ready"] not in page
    assert "5 parts that only you can see are left out." in page
    page = sheet(plan, "maya", "?all=1")
    assert WORDS["ready"] in page
    assert "All of it is on this paper" in page


def test_nobody_prints_more_than_they_may_read(plan: MayasPlan) -> None:
    with plan.app.app_context():
        for question, text in WORDS.items():
            plan.write("maya", question, text)
        plan.share("safe|role:carer", "ready|role:social_worker")
    jos, sams = sheet(plan, "jo", "?all=1"), sheet(plan, "sam", "?all=1")
    assert WORDS["safe"] in jos and WORDS["ready"] not in jos
    assert WORDS["ready"] in sams and WORDS["safe"] not in sams
    assert "left out" not in jos and "left out" not in sams


@pytest.mark.parametrize("kind", ["paper?all=1", "print"])
def test_what_an_emergency_opens_for_an_hour_is_on_no_paper(plan: MayasPlan, kind: str) -> None:
    """Paper stays. Source: SAFETY 5.3."""
    with plan.app.app_context():
        plan.write("maya", "safe", WORDS["safe"])
        open_for(plan.cast, plan.cast.olu, ["safe"])
        db.session.commit()
    olu = plan.browser("olu")
    assert WORDS["safe"] in Page(olu.get(f"{plan.path}/safe"))
    assert WORDS["safe"] not in Page(olu.get(f"{plan.path}/{kind}"))


@pytest.mark.parametrize("kind", ["paper", "paper.pdf"])
def test_strangers_find_no_paper(written: MayasPlan, kind: str) -> None:
    for name in ("kit", "kits_worker", *written.cast.strangers):
        assert written.browser(name).get(f"{written.path}/{kind}").status_code == 404
    answer = written.app.test_client().get(f"{written.path}/{kind}")
    assert answer.status_code == 303 and "sign-in" in answer.location


def test_taking_back_the_sharing_empties_the_next_paper(written: MayasPlan) -> None:
    assert WORDS["safe"] in sheet(written, "jo")
    with written.app.app_context():
        written.share()
    assert WORDS["safe"] not in sheet(written, "jo")


def test_maya_can_read_who_printed_it(written: MayasPlan) -> None:
    sheet(written, "jo")
    assert "Jo opened your plan." in Page(written.browser("maya").get(f"{written.path}/opened"))


def test_no_number_of_anybody_and_no_word_of_hers_is_on_paper(live: MayasPlan) -> None:
    for who in ("maya", "jo"):
        page = sheet(live, who, "?all=1")
        for secret in ("07700", "+44", "bluebird", "tangerine"):
            assert secret not in page


def test_an_empty_plan_says_so(plan: MayasPlan) -> None:
    assert "Nothing is written yet that would stand on the paper." in sheet(plan, "jo")


def test_whether_everyone_agreed_stands_on_top(written: MayasPlan, live: MayasPlan) -> None:
    assert "Agreed by everyone on 22 November 2026." in sheet(live, "maya")


def test_a_plan_nobody_agreed_to_says_that(written: MayasPlan) -> None:
    assert "Not agreed by everyone yet." in sheet(written, "maya")


def write(plan: MayasPlan, text: str) -> None:
    with plan.app.app_context():
        seen = 1 if "A door" in str(plan) else 0
        plan.write("maya", "safe", text, seen)
        plan.share_everything()


@pytest.mark.parametrize("text", [WELSH, ARABIC])
def test_welsh_and_arabic_letters_come_out_of_the_pdf_as_they_went_in(
    plan: MayasPlan, text: str
) -> None:
    write(plan, text)
    words = flat(paper.words_of(printed(plan, "maya")))
    for word in text.replace(":", "").replace(",", "").replace(".", "").split():
        assert word in words, (word, words)


def test_what_was_typed_stays_text_whatever_signs_are_in_it(plan: MayasPlan) -> None:
    write(plan, MIXED)
    assert "<b>not</b>" not in sheet(plan, "maya").html
    words = flat(paper.words_of(printed(plan, "maya")))
    assert "<b>not</b> 8 &" in words


def test_words_that_name_a_file_or_an_address_fetch_nothing(plan: MayasPlan) -> None:
    write(plan, '<img src="file:///etc/passwd"><link rel="stylesheet" href="http://127.0.0.1:1/">')
    words = paper.words_of(printed(plan, "maya"))
    assert "file:///etc/passwd" in words and "root:" not in words


@pytest.mark.parametrize("beside", ["none", "cy", "es", "ar"])
def test_each_pair_of_languages_makes_a_pdf_with_its_letters_inside(
    written: MayasPlan, beside: str
) -> None:
    made = printed(written, "maya", f"?with={beside}")
    words = flat(paper.words_of(made))
    assert "What safe means to me" in words
    if beside != "none":
        first = in_language(beside, "What safe means to me").split()[0]
        assert first in words
    fonts = paper.fonts_of(made)
    assert fonts and all(fonts.values())
    assert all(name.startswith("print-") for name in fonts), fonts


def test_the_pdf_reads_from_right_to_left_for_who_reads_so(
    written: MayasPlan, tmp_path: Path
) -> None:
    from PIL import Image

    def ink(query: str) -> float:
        """Return how far to the right the ink of the first lines lies, from 0 to 1."""
        picture = paper.picture_of(printed(written, "maya", query), tmp_path, 60)
        image = Image.open(picture).convert("L").point(lambda dot: 255 - dot)
        top = image.crop((0, 0, image.width, image.height // 9))
        box = top.getbbox()
        assert box is not None
        return (box[0] + box[2]) / 2 / image.width

    assert ink("?lang=en&with=none") < 0.5 < ink("?lang=ar&with=none")


def test_where_paper_is_letter_so_is_the_pdf(written: MayasPlan) -> None:
    import io

    import pypdf

    with written.app.app_context():
        house = db.session.get(Organisation, written.cast.organisation)
        house.region = "US"
        db.session.commit()
    page = pypdf.PdfReader(io.BytesIO(printed(written, "maya"))).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (612, 792)
    assert is_letter("US") and not is_letter("GB")


def test_a_very_long_plan_prints_on_several_pages(plan: MayasPlan) -> None:
    import io

    import pypdf

    with plan.app.app_context():
        for question in WORDS:
            plan.write("maya", question, "Somewhere quiet, please. " * 70)
        plan.share_everything()
    assert len(pypdf.PdfReader(io.BytesIO(printed(plan, "maya"))).pages) > 1


def test_words_written_for_maya_say_who_typed_them(plan: MayasPlan) -> None:
    with plan.app.app_context():
        plan.write("sam", "safe", "A door I can close", voice=Voice.YOUNG_PERSON)
        plan.share_everything()
    assert "Maya said it, Sam typed it" in sheet(plan, "maya")


def test_without_the_means_the_page_says_to_print_from_the_browser(
    written: MayasPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_page: object) -> bytes:
        raise pdf.NoPdf

    monkeypatch.setattr("engage.paper.views.make_pdf", missing)
    answer = written.browser("maya").get(f"{written.path}/paper.pdf?with=ar&all=1")
    assert answer.status_code == 303
    page = Page(written.browser("maya").get(answer.location))
    assert "This machine cannot make PDFs." in page
    # What was chosen is chosen still.
    assert 'lang="ar"' in page.html and "All of it is on this paper" in page


@pytest.mark.parametrize(
    ("line", "way", "read"),
    [
        ("Baking with Nan", "rtl", "ltr"),
        ("• Baking with Nan", "rtl", "ltr"),
        ("في البيت", "ltr", "rtl"),
        ("7 في البيت", "ltr", "rtl"),
        ("7:30", "rtl", "rtl"),
        ("", "ltr", "ltr"),
        ("123", "auto", "ltr"),
    ],
)
def test_each_line_is_read_the_way_its_first_letter_is(line: str, way: str, read: str) -> None:
    assert direction_of(line, way) == read
