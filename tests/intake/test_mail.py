"""Mail is written by anybody: it is read as far as it goes, never run, never lost."""

from datetime import date

import pytest

from engage.intake import mail
from engage.intake.arriving import clean
from engage.intake.mail import MOST_MAIL, Letter, labelled, read_day, read_mail, stripped
from engage.intake.rules import MOST_WORDS, About, Referrer, Trouble
from tests.cast import NOW

TODAY = NOW.date()


def read(raw: bytes, region: str = "GB") -> Letter:
    return read_mail(raw, Referrer.POLICE, region=region, today=TODAY)


def letter(body: str, *headers: str) -> bytes:
    head = ("From: PC Reed <reed@police.example>", "Subject: Missing", *headers)
    return ("\r\n".join([*head, "", body])).encode()


def parts(*bodies: str, kind: str = "mixed") -> bytes:
    lines = [f"--b\r\n{body}\r\n" for body in bodies]
    return letter("".join([*lines, "--b--"]), f'Content-Type: multipart/{kind}; boundary="b"')


FILE = (
    'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{}"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8="
)
PLAIN = "Content-Type: text/plain\r\n\r\nNot back yet"


def test_a_plain_letter_is_read_with_who_wrote_it() -> None:
    found = read(letter("Not back yet", "Message-ID: <1@police.example>"))
    assert found.key == "<1@police.example>"
    assert found.draft.words == "Missing\n\nNot back yet"
    assert found.draft.contact == "PC Reed <reed@police.example>"
    assert (found.draft.source, found.draft.trouble, found.files) == (Referrer.POLICE, None, ())


def test_without_a_mark_of_its_own_what_it_holds_is_its_mark() -> None:
    one, other = read(letter("Not back")), read(letter("Back"))
    assert one.key == read(letter("Not back")).key != other.key
    assert one.key.startswith("sha256:")


def test_html_becomes_words_and_nothing_of_it_is_left() -> None:
    page = (
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>Not&nbsp;back"
        "<br>since 9</p><script>alert(1)</script><img src=http://x/y.png onerror=go()>"
        "<table><tr><td>DOB:</td><td>4/3/2010</td></tr></table></body></html>"
    )
    assert stripped(page) == "Not back\nsince 9\n\nDOB: 4/3/2010"
    found = read(letter(page, "Content-Type: text/html; charset=utf-8"))
    assert found.draft.words.startswith("Missing\n\nNot back")
    assert "<" not in found.draft.words and "alert" not in found.draft.words


def test_a_tag_that_is_never_closed_hides_nothing() -> None:
    assert "Help her" in stripped("<script>Help her <b>now")
    assert stripped("a <b").startswith("a")


def test_text_beside_the_same_in_html_is_read_once() -> None:
    html = "Content-Type: text/html\r\n\r\n<p>Not back yet</p>"
    assert read(parts(PLAIN, html, kind="alternative")).draft.words == "Missing\n\nNot back yet"
    empty = "Content-Type: text/plain\r\n\r\n  "
    found = read(parts(empty, html, kind="alternative"))
    assert found.draft.words == "Missing\n\nNot back yet"


def test_files_are_named_and_set_aside_and_their_names_lead_nowhere() -> None:
    found = read(parts(PLAIN, FILE.format("../../etc/run\\me?.exe"), FILE.format("")))
    assert [(each.name, each.size, each.data) for each in found.files] == [
        ("_.._etc_run_me_.exe", 5, b"hello"),
        ("part-2", 5, b"hello"),
    ]
    assert found.draft.words == "Missing\n\nNot back yet"


def test_a_mail_inside_a_mail_is_a_file_and_not_the_senders_words() -> None:
    inside = "Content-Type: message/rfc822\r\n\r\nSubject: old\r\n\r\nName: Kit"
    found = read(parts(PLAIN, inside))
    assert found.draft.name == ""
    assert len(found.files) == 1 and b"Name: Kit" in (found.files[0].data or b"")


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso-8859-1", "Zoë".encode("latin-1")),
        ("utf-8", "Zoë".encode("cp1252")),
        ("x-no-such-charset", "Zoë".encode()),
        ('"', "Zoë".encode()),
    ],
)
def test_words_are_read_whatever_the_letter_calls_its_charset(charset: str, raw: bytes) -> None:
    head = b"From: a@b.example\r\nContent-Type: text/plain; charset="
    found = read(head + charset.encode() + b"\r\n\r\n" + raw)
    assert found.draft.words == "Zoë"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff\xfe garbage without a head",
        b"",
        b"From: \r\n\r\n",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b--",
    ],
)
def test_what_cannot_be_read_is_kept_whole_for_a_person(raw: bytes) -> None:
    found = read(raw)
    assert found.draft.trouble is Trouble.UNREADABLE
    assert (found.files[0].name, found.files[0].data) == ("mail.eml", raw)


def test_a_fault_of_ours_keeps_the_whole_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(mail, "_read", break_down)
    found = read(letter("Not back"))
    assert found.draft.trouble is Trouble.UNREADABLE
    assert b"Not back" in (found.files[0].data or b"")


def test_parts_nested_without_end_are_kept_for_a_person() -> None:
    raw = b"From: a@b.example\r\n"
    for number in range(400):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
    assert read(raw).draft.trouble is Trouble.UNREADABLE


def test_each_limit_that_cut_something_is_said() -> None:
    long = read(letter("x" * (MOST_WORDS + 1)))
    assert long.draft.trouble is Trouble.CUT and len(long.draft.words) == MOST_WORDS
    assert long.files[0].name == "mail.txt" and (long.files[0].size or 0) > MOST_WORDS
    many = read(parts(PLAIN, *[FILE.format(f"{n}.pdf") for n in range(30)]))
    assert many.draft.trouble is Trouble.FILES_LEFT and len(many.files) == 19
    big = read(letter("Not back") + b" " * MOST_MAIL)
    assert big.draft.trouble is Trouble.TOO_LARGE
    assert big.draft.words.startswith("Missing\n\nNot back")


def test_a_file_that_is_too_big_is_kept_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MOST_BYTES", 4)
    found = read(parts(PLAIN, FILE.format("a.pdf")))
    assert [(each.name, each.size, each.data) for each in found.files] == [("a.pdf", 5, None)]
    assert found.draft.trouble is Trouble.FILES_LEFT


def test_what_a_form_says_is_read_line_by_line() -> None:
    said = labelled(
        "Hello\nName: Maya Brown\n> D.O.B. = 04/03/2010\n- Mobile: 07700 900101\n"
        "Our ref: NT 1/26\nStatus: missing\nName: Somebody Else\n",
        region="GB", today=TODAY,
    )  # fmt: skip
    assert (said.name, said.birth_date) == ("Maya Brown", date(2010, 3, 4))
    assert (said.phone, said.reference) == ("+447700900101", "NT 1/26")
    assert said.about is About.MISSING
    nothing = labelled("Name\nDOB: soon\nPhone: none", region="GB", today=TODAY)
    assert (nothing.name, nothing.birth_date, nothing.phone) == ("", None, None)
    assert nothing.about is About.OTHER


@pytest.mark.parametrize(
    ("text", "region", "day"),
    [
        ("2010-03-04", "GB", date(2010, 3, 4)),
        ("04/03/2010", "GB", date(2010, 3, 4)),
        ("04/03/2010", "US", date(2010, 4, 3)),
        ("4 March 2010", "GB", date(2010, 3, 4)),
        ("March 4, 2010", "US", date(2010, 3, 4)),
        ("31/02/2010", "GB", None),
        ("04/03/1910", "GB", None),
        ("", "GB", None),
    ],
)
def test_a_date_of_birth_is_read_as_the_country_writes_it(
    text: str, region: str, day: date | None
) -> None:
    assert read_day(text, region=region, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Zoë 😀", "Zoë 😀"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\u200db\xa0c", "a\u200db\xa0c"),
        ("a\x00b\x1bc\x85d", "abcd"),
        ("a\ufdd0b\ufffec\U0001ffffd\ud800e", "abcde"),
    ],
)
def test_signs_that_no_page_can_show_are_left_out(text: str, left: str) -> None:
    assert clean(text) == left
