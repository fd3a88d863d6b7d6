"""The demonstration with something on every page, and where those pages are."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from engage.i18n import gettext, use_locale
from tests.browser.lending import Lender
from tests.browser.thinking import think_together
from tests.journeys.demonstration import Browser, Demonstration
from tests.waiting import wait_for as wait

STAFF = {
    "Sam": "social_worker", "Sue": "supervisor", "Olu": "out_of_hours", "Ines": "interviewer",
    "Adil": "admin",
}  # fmt: skip
PHONES = {
    "Maya": "+447700900001", "Kit": "+447700900002", "Jo": "+447700900011",
    "Carys": "+447700900012", "Ade": "+447700900021", "Sam": "+447700900031",
    "Uncle Bo": "+447700900041", "nobody": "+447700900999",
}  # fmt: skip
# In seconds: short of the quarter of an hour after which staff are signed out, or asked again.
FRESH = 600


class Stage:
    """A running demonstration; `places` names what stands in the addresses of its pages."""

    def __init__(self, demo: Demonstration):
        self.demo = demo
        self.address = demo.address
        demo.make_it_day()
        self.people = demo.cast()
        # Who signs in anew for every test runs out of tries: each name gets few in a while.
        self.own: dict[str, Browser] = {}
        self.lent: dict[str, tuple[float, Browser]] = {}
        self.lender = Lender(demo, self.sign_in, PHONES.keys() - STAFF.keys())
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

    def browser(self, who: str) -> Browser:
        """Return the stage's own browser of a member of staff, signed in again only if need be."""
        if who not in self.own or self._is_out(self.own[who]):
            self.own[who] = self.sign_in(who)
        return self.own[who]

    def cookies(self, who: str) -> list[dict[str, Any]]:
        """Return the cookies of somebody signed in, in English, as Playwright takes them.

        The same for some minutes, unless a test left; never those of `browser`.
        """
        since, browser = self.lent.get(who, (0.0, None))
        if browser is None or time.monotonic() - since > FRESH or self._is_out(browser):
            browser = self.lender.browser(who)
            self.lent[who] = (time.monotonic(), browser)
        return [
            {"name": one.name, "value": one.value, "url": self.address, "httpOnly": True}
            for one in browser.jar
        ]

    def _is_out(self, browser: Browser) -> bool:
        """Whether the first page is the one that strangers get; puts it into English."""
        first = "/?lang=en"
        return browser.page(first).text == Browser(self.address).page(first).text

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
        self._change_a_question()
        self._owe_a_talk(kit["id"])
        return {
            "maya": maya["id"],
            "kit": kit["id"],
            "plan": plan,
            "card": maya["check_in_url"].rsplit("/", 1)[1],
            "link_code": self.people["carers"][1]["sign_in_url"].rsplit("/", 1)[1],
            "answer": self._answer(browser, home),
            "alert_code": code_in(at_sam, "a"),
            "alert": self._alert(),
            "place": self._place(),
            **self._feedback(),
            **(worry := self._worry(kit["id"])),
            **self._way_back(kit),
            **self._outreach(worry["episode"]),
            **self._search(worry["episode"]),
            **self._open_in_emergency(kit["id"]),
            **self._staff_pages(),
            **self._change_trio(browser, home),
            **self._share_and_tell(browser, home, maya["id"]),
            **self._told(worry["episode"]),
            **self._learn(worry["episode"]),
            "talk": self._hold_a_talk(maya["id"]),
            **self.meet(worry["episode"]),
            **self._next(maya["id"], kit["id"]),
            **self._refer(maya["id"]),
            **self._help(maya["id"]),
            **think_together(self.browser("Sam"), in_days),
        }

    def _next(self, maya: str, kit: str) -> dict[str, str]:
        """Let Sam promise Maya something, say what came of another thing, and begin at once
        where Kit may have been hurt; Sue publishes what is promised at the door.
        """
        sam, sue, here = self.browser("Sam"), self.browser("Sue"), f"/young-people/{maya}"
        for said, due in (("I want to go on training", 3), ("Move me", 5)):
            form = sam.page(f"{here}/next-steps/new").form(f"{here}/next-steps/new")
            owner = next(value for value in form.options("owner") if value)
            form.fill(said=said, kind="change", what="A lift to football", owner=owner)
            page = sam.send(form.fill(due_on=in_days(due)))
        steps = [link for link in page.links.values() if link.startswith("/next-steps/")]
        form = sam.page(steps[-1]).form(f"{steps[-1]}/end")
        sam.send(form.fill(state="not_done", did="No bus goes there. We ask again in spring."))
        form = sam.page(f"{here}/screenings").form(f"{here}/screenings")
        sam.send(form.fill(tool="CSE tool", done_on=in_days(-2), found="some"))
        form = sam.page(f"/young-people/{kit}/harm").form(f"/young-people/{kit}/harm")
        harm = sam.send(form.fill(about="other", words="He hit me")).path
        new = "/welcome-standards/new"
        form = sue.page(new).form(new).fill(words="Food first\nNo questions tonight")
        sue.send(form.fill(where="Youth club", on=in_days(-30), how_many="9"))
        return {"step": steps[0].rsplit("/", 1)[1], "harm": harm.rsplit("/", 1)[1]}

    def _help(self, maya: str) -> dict[str, str]:
        """Find what Sam offers Maya, and let Jo notice one more sign."""
        links = self.browser("Sam").page(f"/young-people/{maya}/support").links.values()
        offer = next(link for link in links if link.startswith("/support-offers/"))
        jo = self.sign_in("Jo")
        sign = jo.send(jo.page("/").form(f"/young-people/{maya}/noticed"))
        return {"offer": offer.rsplit("/", 1)[1], "sign": sign.path.rsplit("/", 1)[1]}

    def _place(self) -> str:
        """Return the id of a safe place of the demonstration."""
        links = self.browser("Sam").page("/places").links.values()
        return next(x for x in links if re.search(r"/places/[0-9a-f-]{36}$", x)).rsplit("/", 1)[1]

    def _feedback(self) -> dict[str, str]:
        """Let somebody write at a poster what a person must read at once."""
        code = self.people["feedback_url"].rsplit("/", 1)[1]
        visitor = Browser(self.address)
        form = visitor.page(f"/f/{code}").form(f"/f/{code}")
        visitor.send(form.fill(about="carer", words="He hit me"))
        sue, heading = self.browser("Sue"), "without a name"
        alert = next(x for t, x in sue.page("/alerts").links.items() if heading in t)
        links = sue.page(alert).links.values()
        urgent = next(link for link in links if link.startswith("/feedback/urgent/"))
        posters = self.browser("Adil").page("/feedback/posters").links.values()
        poster = next(x for x in posters if re.search(r"/posters/[0-9a-f-]{36}$", x))
        return {"poster_code": code, "feedback": urgent.rsplit("/", 1)[1],
                "poster": poster.rsplit("/", 1)[1]}  # fmt: skip

    def _told(self, episode: str) -> dict[str, str]:
        """Let Kit count as missing, and Sam begin to say that he told the police."""
        sam, here = self.browser("Sam"), f"/episodes/{episode}"
        sam.send(sam.page(here).form(f"{here}/change").fill(state="missing"))
        links = sam.page(f"{here}/told").links
        police, parents = links["The police"], links["Parents or guardians"]
        form = sam.page(f"{police}/contact").form(f"{police}/contact")
        sam.send(form.fill(route="phone", name="PC Doe"))
        return {"police": police.rsplit("/", 1)[1], "parents": parents.rsplit("/", 1)[1]}

    def _refer(self, maya: str) -> dict[str, str]:
        """Let Sam say that what the police wrote is about Maya, and close what a school wrote."""
        sam = self.browser("Sam")
        links = sam.page("/referrals").links
        one, closed = (
            next(href for words, href in links.items() if name in words)
            for name in ("missing: Maya", "Robin Hale")
        )
        form = sam.page(f"{one}/who").form(f"{one}/who")
        sam.send(form.fill(person=maya, known="looked_after"))
        form = sam.page(f"{closed}/end").form(f"{closed}/end")
        sam.send(form.fill(state="not_ours", reason="Lives elsewhere"))
        ids = (each.rsplit("/", 1)[1] for each in (one, closed))
        return dict(zip(("referral", "closed_referral"), ids, strict=True))

    def meet(self, episode: str) -> dict[str, str]:
        """Let Sam ask for a short meeting about Kit, set it, ask people, and write words down."""
        sam, here = self.browser("Sam"), f"/episodes/{episode}"
        page = sam.page(f"{here}/staffing")
        if ask := [form for form in page.forms if form.action.endswith("/ask")]:
            sam.send(ask[0].fill({"ask-reason": "Their aunt rang"}))
        plan = f"{here}/meetings/staffing"
        form = sam.page(plan).form(plan)
        free = next(value for value in form.options("slot") if value)
        page = sam.send(form.fill(slot=free, link="https://meet.example/1"))
        meeting = page.path
        form = next(form for form in page.forms if form.action.endswith("/guests"))
        page = sam.send(form.fill({"guest-name": "Ms Hall", "guest-part": "court"}))
        court = next(x for x in re.findall(r"/m/([0-9A-Z]{26})", page.text))
        form = next(form for form in page.forms if form.action.endswith("/young-person"))
        page = sam.send(form)
        young = next(x for x in re.findall(r"/m/([0-9A-Z]{26})", page.text))
        form = next(form for form in page.forms if form.action.endswith("/words"))
        said = {"words-whose": "young_person", "words-words": "I want my own room"}
        page = sam.send(form.fill(said))
        form = next(form for form in page.forms if form.action.endswith("/actions"))
        sam.send(form.fill({"action-words": "Ring the aunt", "action-due": in_days(3)}))
        return {"meeting": meeting.rsplit("/", 1)[1], "guest_code": court, "young_code": young}

    def _search(self, episode: str) -> dict[str, str]:
        """Let Sam note somebody who looks, and make pages for those who search."""
        sam, here = self.browser("Sam"), f"/episodes/{episode}"
        form = sam.page(f"{here}/searchers").form(f"{here}/searchers")
        shop = sam.send(form.fill(name="A shop", kind="community", asked_to=["listen"]))
        link = f"{shop.path}/link"
        form = sam.page(link).form(link)
        form.fill(where_to_look="The arcade", call_name="Sam", call_phone="07700 900123")
        given = sam.send(form, "link")
        pack = sam.send(sam.page(f"{here}/pack").form(f"{here}/pack"))
        return {"searcher": shop.path.rsplit("/", 1)[1], "pack": pack.path.rsplit("/", 1)[1],
                "look_code": code_in(given.text, "s")}  # fmt: skip

    def _owe_a_talk(self, kit: str) -> None:
        """Owe Kit a talk, as after coming back from a time away."""
        self.demo.store(
            "INSERT INTO return_interviews (id, young_person_id, organisation_id, state, opened_at,"
            " due_at, others, offered_at, chosen_at, who, wish, manner, needs_interpreter,"
            " is_involved, independent_offered) SELECT ?, id, organisation_id, 'offered', ?, ?,"
            " '[]', ?, ?, 'youth_worker', 'not_a_man', 'walk', 1, 0, 0 FROM people WHERE id = ?",
            ("0" * 31 + "1", *["2026-11-20 10:00:00.000000"] * 4, kit.replace("-", "")),
        )

    def _hold_a_talk(self, maya: str) -> str:
        """Let Ines hold the talk that is booked with Maya, to the middle of sharing."""
        ines, here = self.browser("Ines"), f"/young-people/{maya}/talk-records"
        record = ines.send(ines.page(here).form(here)).path
        ines.send(ines.page(f"{record}/law").form(f"{record}/law"))
        for question in ("before", "stay"):
            path = f"{record}/ask/{question}"
            ines.send(ines.page(path).form(path).fill(words="In my own words"))
        ines.send(ines.page(f"{record}/read-back").form(f"{record}/read-back"))
        path = f"{record}/sharing/stay"
        ines.send(ines.page(path).form(path).fill(audiences=["worker", "police"]))
        return record.rsplit("/", 1)[1]

    def _worry(self, kit: str) -> dict[str, str]:
        """Let Carys be worried about Kit, answer once, and be a draft of the prompts."""
        carys = self.sign_in("Carys")
        page = carys.send(carys.page("/").form(f"/worried/{kit}"))
        worry = page.path.split("/")[2]
        carys.send(page.form(page.path), press="no")
        sue = self.browser("Sue")
        sue.send(sue.page("/prompts/you").form("/prompts/you"), press="up")
        here = self.browser("Sam").page("/missing").links.values()
        episode = next(link for link in here if link.startswith("/episodes/"))
        return {"worry": worry, "episode": episode.rsplit("/", 1)[1]}

    def _way_back(self, kit: dict[str, Any]) -> dict[str, str]:
        """Let Kit ask for a lift and something to eat; Carys is asked."""
        phone = Browser(self.address)
        phone.page(f"/c/{kit['check_in_url'].rsplit('/', 1)[1]}")
        form = phone.page("/now/back").form("/now/back")
        phone.send(form.fill(choice="2", place="by the big shop", food="toast"))
        return {"step_code": code_in(self.demo.wait_for_text(PHONES["Carys"], "/b/"), "b")}

    def _outreach(self, episode: str) -> dict[str, str]:
        """Let Sam ask Carys to get in touch."""
        sam = self.browser("Sam")
        page = sam.page(f"/episodes/{episode}/outreach")
        sam.send(next(form for form in page.forms if "/outreach/ask/" in form.action))
        return {"ask_code": code_in(self.demo.wait_for_text(PHONES["Carys"], "/o/"), "o")}

    def _open_in_emergency(self, kit: str) -> dict[str, str]:
        """Open a closed part of Kit's to Olu, so that the note of it stands on his pages."""
        olu = self.browser("Olu")
        asking = f"/emergencies/young-people/{kit}"
        word = next(one["password"] for one in self.people["staff"] if one["name"] == "Olu")
        form = olu.page(asking).form(asking)
        form.fill(sections=["safe"], reason_code="serious_harm", password=word)
        page = olu.send(form.fill(reason="Kit has not come to the agreed place tonight"))
        return {"use": page.url.rsplit("/", 1)[1]}

    def _learn(self, episode: str) -> dict[str, str]:
        """Let Sam think the time away over, and Sue ask for a file and read what he thinks."""
        sam, sue, here = self.browser("Sam"), self.browser("Sue"), f"/episodes/{episode}/reflection"
        page = sam.send(sam.page(here).form(here).fill(assumed="That he was with friends"))
        thought = next(link for link in page.links.values() if link.startswith("/reflections/"))
        asked = sue.send(sue.page("/exports").form("/exports").fill(kind="ssda903_missing"))
        return {"thought": thought.rsplit("/", 1)[1], "export": asked.path.rsplit("/", 1)[1]}

    def _staff_pages(self) -> dict[str, str]:
        """Ask for a role, so that something waits for a second person."""
        adil = self.browser("Adil")
        member = adil.page("/staff").links["Sam"]
        team = adil.page("/staff/teams").links["North team"].rsplit("/", 1)[1]
        form = adil.page(member).form(f"{member}/roles")
        adil.send(form.fill(role="interviewer", team=team))
        return {"member": member.rsplit("/", 1)[1], "team": team}

    def _change_a_question(self) -> None:
        """Put a question higher, so that a draft of the questions waits."""
        sue = self.browser("Sue")
        sue.send(sue.page("/questions/house").form("/questions/house"), press="up")

    def _share_and_tell(self, browser: Browser, home: str, maya: str) -> dict[str, str]:
        """Let Sam ask for something to be shared, and tell something without a yes."""
        sam = self.browser("Sam")
        form = sam.page(f"{home}/sharing/with/out_of_hours").form("/with/out_of_hours")
        sam.send(form.fill({"part-important_people": "away", "why": "So that Olu can call"}))
        form = sam.page(f"/told/{maya}/new").form(f"/told/{maya}/new")
        form.fill(code="law", told_to="A court", reason="The court asked us for it today")
        sam.send(form)
        later = self.browser("Sue").page(f"/told/{maya}").links.values()
        told = next(link for link in later if link.endswith("/later"))
        people = browser.page(f"/important-people/{maya}").links.values()
        edit = next(link for link in people if re.search(r"/important-people/.+/[0-9a-f-]{36}$",
                                                        link))  # fmt: skip
        return {"told": told.split("/")[-2], "important": edit.rsplit("/", 1)[1]}

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

    @property
    def sam(self) -> Browser:
        """Sam's other browser, to look up what only he sees."""
        return self.browser("Sam")

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


def in_days(days: int) -> str:
    """Return a day to come, as a form wants it."""
    return f"{datetime.now(UTC).date() + timedelta(days=days):%Y-%m-%d}"


def code_in(text: str, kind: str) -> str:
    """Return the code of the link of this kind in a text."""
    found = re.search(rf"/{kind}/(\w+)", text)
    assert found is not None, text
    return found[1]
