"""No registry's address is written down, and no phone number that could be a real person's."""

import re

from tests.guards.code import ROOT, place, readable_files, report

# In two halves, so that this file passes its own guard.
REGISTRIES = re.compile(
    "|".join(
        re.escape(a + b)
        for a, b in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("registry.npm", "js.org"),
            ("registry.", "yarnpkg"),
            ("deb.", "debian.org"),
            ("archive.", "ubuntu.com"),
            ("proxy.", "golang.org"),
            ("crates", ".io"),
            ("jsdel", "ivr.net"),
            ("un", "pkg.com"),
            ("cdn", "js.cloudflare"),
        )
    )
)
INDEX_LINE = re.compile(r"^\s*--?(?:index-url|extra-index-url|find-links|i|f)\b.*", re.MULTILINE)
RESOLVED = re.compile(r'"resolved":')
# UK mobiles outside 07700 900000–900999 (Ofcom's numbers for drama), US numbers outside 555-01xx.
UK_MOBILE = re.compile(r"(?<![\d.])(?:\+?44\s?7|07)\d(?:[\s-]?\d){8}(?!\d)")
US_NUMBER = re.compile(r"(?<![\w.+])\+1[\s-]?\(?[2-9]\d\d\)?[\s-]?\d{3}[\s-]?\d{4}(?!\d)")


def real_numbers(text: str) -> list[str]:
    """Return the phone numbers that might ring at somebody's home."""
    found = []
    for number in UK_MOBILE.findall(text):
        digits = re.sub(r"\D", "", number)
        if not re.fullmatch(r"(?:44|0)7700900\d{3}", digits):
            found.append(number)
    for number in US_NUMBER.findall(text):
        if not re.fullmatch(r"1\d{3}55501\d\d", re.sub(r"\D", "", number)):
            found.append(number)
    return found


def test_no_file_names_a_registry() -> None:
    report([f"{place(p)}: {m}" for p, text in readable_files() for m in REGISTRIES.findall(text)])


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    found = []
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        found += [f"{name}: {line.group()}" for line in INDEX_LINE.finditer(text)]
        found += [f"{name}: an address" for _ in re.findall(r"https?://|file:", text)]
        pinned = re.findall(r"^([a-z0-9][\w.-]*)==", text, re.MULTILINE)
        assert len(pinned) > 40
        assert text.count("--hash=sha256:") >= len(pinned)
    assert not RESOLVED.search((ROOT / "package-lock.json").read_text())
    report(found)


def test_the_locks_of_running_and_of_testing_agree() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text()
        return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^ ;\\]+)", text, re.MULTILINE))

    running, testing = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: testing.get(name) for name in running} == running


def test_no_file_holds_a_number_that_could_be_somebodys() -> None:
    report([f"{place(p)}: {n}" for p, text in readable_files() for n in real_numbers(text)])


def test_a_registry_and_a_real_number_are_caught() -> None:
    assert REGISTRIES.search("https://pypi" + ".org/simple")
    assert INDEX_LINE.search("--index-url https://example.org")
    assert real_numbers("call 07911 1" + "23456") == ["07911 1" + "23456"]
    assert real_numbers("+1 212 5" + "55 7777")
    assert not real_numbers("07700 900123, +447700900999, +1 202 555 0123, 0800 1111, 116 000")
