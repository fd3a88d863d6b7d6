"""A question is read aloud by a voice of the phone itself, and by no other."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
# Stands in for the voices of a phone: Chromium here has none.
VOICES = """
const voices = %s;
const spoken = window.spoken = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices,
  speak: (each) => spoken.push(each),
  cancel: () => { window.stopped = (window.stopped ?? 0) + 1; },
  addEventListener: (_name, then) => { window.tell = then; },
} });
window.arrive = (more) => { voices.push(more); window.tell(); };
"""
OWN = '{ lang: "en-GB", localService: true }'
FAR = '{ lang: "en-US", localService: false }'
WELSH = '{ lang: "cy-GB", localService: true }'
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Open]:
    contexts = []

    def open_it(*voices: str, path: str = "/aloud?lang=en", **options: object) -> Page:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, **options)
        contexts.append(context)
        context.add_init_script(VOICES % f"[{', '.join(voices)}]")
        page = context.new_page()
        page.goto(address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()


def said(page: Page) -> list[str]:
    found: list[str] = page.evaluate("spoken.map((each) => each.text)")
    return found


def test_it_reads_the_question_who_sees_it_and_what_helps(open_page: Open) -> None:
    page = open_page(WELSH, FAR, OWN)
    button = page.locator("[data-aloud]")
    button.click()
    assert said(page) == [
        "What does safe mean to you?",
        "Who will see this: Jo.",
        "A place, a person, a feeling.",
    ]
    assert page.evaluate("spoken.every((each) => each.voice.lang === 'en-GB')")
    expect(button).to_have_text("Stop reading")
    page.evaluate("spoken.at(-1).onend()")
    expect(button).to_have_text("Read it to me")


def test_a_second_press_stops_it_and_a_third_begins_anew(open_page: Open) -> None:
    page = open_page(OWN)
    button = page.locator("[data-aloud]")
    button.click()
    button.click()
    expect(button).to_have_text("Read it to me")
    assert page.evaluate("window.stopped") == 2
    # A late word about the one that was stopped changes nothing.
    button.click()
    page.evaluate("spoken[2].onerror()")
    expect(button).to_have_text("Stop reading")


@pytest.mark.parametrize("voices", [(), (FAR,), (WELSH,)])
def test_without_a_voice_of_its_own_in_this_language_nothing_is_offered(
    open_page: Open, voices: tuple[str, ...]
) -> None:
    """Other voices would send the words away. Source: SAFETY T28."""
    page = open_page(*voices)
    expect(page.locator("[data-aloud]")).to_be_hidden()
    page.evaluate(f"arrive({OWN})")
    expect(page.locator("[data-aloud]")).to_be_visible()


def test_it_speaks_the_language_of_the_page(open_page: Open) -> None:
    page = open_page(OWN, WELSH, path="/aloud?lang=cy")
    page.locator("[data-aloud]").click()
    assert page.evaluate("spoken.every((each) => each.voice.lang === 'cy-GB')")


def test_without_scripts_there_is_no_button_that_does_nothing(open_page: Open) -> None:
    page = open_page(OWN, java_script_enabled=False)
    expect(page.locator("[data-aloud]")).to_be_hidden()
