"""The demonstration with something on every page, and where those pages are."""

import functools
import re
from typing import Any

from engage.i18n import gettext, use_locale
from tests.journeys.demonstration import Browser, Demonstration, wait

STAFF = {
    "Sam": "social_worker", "Sue": "supervisor", "Olu": "out_of_hours", "Ines": "interviewer",
    "Adil": "admin",
}  # fmt: skip
PHONES = {
    "Maya": "+447700900001", "Kit": "+447700900002", "Jo": "+447700900011",
    "Carys": "+447700900012", "Ade": "+447700900021", "Sam": "+447700900031",
    "Uncle Bo": "+447700900041", "nobody": "+447700900999",
}  # fmt: skip


class Stage:
    """A running demonstration; `places` names what stands in the addresses of its pages."""

    def __init__(self, demo: Demonstration):
        self.demo = demo
        self.address = demo.address
        self.people = demo.cast()
        self.places = self._set()

    def young(self, name: str) -> dict[str, Any]:
        """Return what the cast list says about a young person."""
        return next(one for one in self.people["young_people"] if one["name"] == name)

    def sign_in(self, who: str) -> Browser:
        """Sign somebody in through the pages: staff by password, others by a texted code."""
        if who in STAFF:
            return self.demo.staff(self.people, STAFF[who])
        browser, number = Browser(self.address), PHONES[who]
        before = self.demo.got(number)
        form = browser.page("/phone-sign-in").form("/phone-sign-in")
        page = browser.send(form.fill(number=number))
        digits = re.search(r"\d{6}", self.new_text(number, r"\d{6}", before))
        assert digits is not None
        browser.send(page.form("/phone-sign-in/code").fill(code=digits[0]))
        return browser

    def new_text(self, number: str, like: str, before: list[str]) -> str:
        """Wait until a phone got a text like this that it had not before; return it.

        Not by counting: the page shows the newest texts only.
        """

        def found() -> str | None:
            new = (text for text in self.demo.got(number) if text not in before)
            return next((text for text in new if re.search(like, text)), None)

        return wait(found, f"{number} gets {like!r}")

    def cookies(self, who: str) -> list[dict[str, Any]]:
        """Sign somebody in and return the cookies of it, as Playwright takes them."""
        return [
            {"name": one.name, "value": one.value, "url": self.address, "httpOnly": True}
            for one in self.sign_in(who).jar
        ]

    def _set(self) -> dict[str, str]:
        """Let things happen, so that no list is empty; return what the addresses are made of."""
        demo, kit, maya = self.demo, self.young("Kit"), self.young("Maya")
        demo.text(PHONES["Kit"], "not ok")
        demo.text(PHONES["nobody"], "is kit there?")
        demo.text(PHONES["Maya"], "ok")
        at_sam = demo.wait_for_text(PHONES["Sam"], "/a/")
        browser = self.sign_in("Maya")
        plan = browser.page("/plans/mine").url.rsplit("/", 1)[1]
        home = f"/plans/{plan}"
        return {
            "maya": maya["id"],
            "kit": kit["id"],
            "plan": plan,
            "card": maya["check_in_url"].rsplit("/", 1)[1],
            "link_code": self.people["carers"][1]["sign_in_url"].rsplit("/", 1)[1],
            "answer": self._answer(browser, home),
            "alert_code": code_in(at_sam, "a"),
            "alert": self._alert(),
            **self._change_trio(browser, home),
        }

    def _change_trio(self, browser: Browser, home: str) -> dict[str, str]:
        """Take one of the three out, add another and ask him."""
        page = browser.page(f"{home}/people")
        edits = [link for link in page.links.values() if re.search(r"/people/[0-9a-f-]{36}$", link)]
        last = browser.page(edits[-1])
        browser.send(last.form(f"{edits[-1]}/remove"))
        new = browser.page(f"{home}/people/new").form(f"{home}/people/new")
        page = browser.send(new.fill(name="Uncle Bo", phone=PHONES["Uncle Bo"]))
        page = browser.page(f"{home}/people")
        ask = next(link for link in page.links.values() if link.endswith("/ask"))
        browser.send(browser.page(ask).form(ask))
        text = self.demo.wait_for_text(PHONES["Uncle Bo"], "/t/")
        return {"relationship": ask.split("/")[-2], "trusted_code": code_in(text, "t")}

    def _answer(self, browser: Browser, home: str) -> str:
        links = browser.page(f"{home}/coming_back").links.values()
        return next(link for link in links if "/answers/" in link).rsplit("/", 1)[1]

    @functools.cached_property
    def sam(self) -> Browser:
        """Sam's other browser, to look up what only he sees."""
        return self.sign_in("Sam")

    def open_alert(self, name: str, heading: str) -> str | None:
        """Return the page of an alert about somebody that nobody has yet, if there is one."""
        for link in _alerts(self.sam):
            page = self.sam.page(link)
            if (name in page, page.heading, "Nobody has it yet" in page) == (True, heading, True):
                return link
        return None

    def translated(self, sentence: str, locale: str) -> str:
        """Return a sentence of ours in another language."""
        with use_locale(locale):
            return gettext(sentence)

    def _alert(self) -> str:
        links = wait(lambda: _alerts(self.sam), "Sam's list shows the alert")
        return links[0].rsplit("/", 1)[1]


def _alerts(sam: Browser) -> list[str]:
    page = sam.page("/alerts")
    return [link for link in page.links.values() if re.search(r"/alerts/[0-9a-f-]{36}$", link)]


def code_in(text: str, kind: str) -> str:
    """Return the code of the link of this kind in a text."""
    found = re.search(rf"/{kind}/(\w+)", text)
    assert found is not None, text
    return found[1]
