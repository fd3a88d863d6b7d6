"""The main job through the text provider's own interface: signed webhooks in, form posts out."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.database import ENVIRON
from tests.journeys.demonstration import Browser, where_it_is_noon
from tests.standin.provider import ACCOUNT, NUMBER, TOKEN, StandIn
from tests.standin.server import Server
from tests.waiting import ended, free_port
from tests.waiting import wait_for as wait

UNKNOWN = "+447700900999"


class House:
    """`engage run` on a seeded database, with the stand-in for its provider."""

    def __init__(self, folder):
        self.provider = Server(StandIn()).start()
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("ENGAGE_", "TWILIO_"))},
            **ENVIRON,
            "ENGAGE_ENVIRONMENT": "demo",
            "ENGAGE_PUBLIC_URL": self.address,
            "DATABASE_URL": f"sqlite:///{folder / 'engage.db'}",
            "ENGAGE_SMS_PROVIDER": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_URL": self.provider.url,
            "PORT": str(self.port),
        }
        self.engage("db", "upgrade")
        self.cast = json.loads(self.engage("seed-demo", "--json").stdout)
        with closing(sqlite3.connect(folder / "engage.db", 20)) as database:
            database.execute("UPDATE organisations SET time_zone = ?", (where_it_is_noon(),))
            database.commit()
        self.log = (folder / "log").open("w")
        command = [sys.executable, "-m", "engage.cli", "run"]
        self.process = subprocess.Popen(command, env=self.environ, stdout=self.log, stderr=self.log)
        moods = {"webhook": f"{self.address}/webhooks/twilio/sms", "statuses": "sent,delivered"}
        self.provider.stand_in.set_moods(moods)
        ready = Browser(self.address)
        wait(lambda: self._is_ready(ready), "engage run is ready", 120)

    def _is_ready(self, browser):
        assert self.process.poll() is None
        try:
            return browser.open("/healthz/ready").status_code == 200
        except OSError:
            return False

    def engage(self, *words):
        command = [sys.executable, "-m", "engage.cli", *words]
        return subprocess.run(command, env=self.environ, check=True, capture_output=True, text=True)

    def text(self, number, words):
        """Let the provider bring a text; return what Engage answered."""
        return self.provider.stand_in.receive(number, words)

    def got(self, number):
        """What the provider was asked to send to this number."""
        return [
            text.body
            for text in self.provider.stand_in.texts
            if text.to == number and text.direction.startswith("outbound")
        ]

    def wait_for_text(self, number, like, after=0):
        return wait(
            lambda: next((t for t in self.got(number)[after:] if like in t), None),
            f"{number} gets {like!r}",
        )

    def sign_in(self, role):
        one = next(s for s in self.cast["staff"] if s["role"] == role)
        browser = Browser(self.address)
        form = browser.page("/sign-in").form("/sign-in")
        browser.send(form.fill(email=one["email"], password=one["password"]))
        return browser

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        code = ended(self.process)
        self.log.close()
        self.provider.shutdown()
        self.provider.server_close()
        return code


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(tmp_path_factory.mktemp("provider"))
    yield made
    assert made.end() == 0


@pytest.fixture(scope="module")
def maya(house):
    return next(one for one in house.cast["young_people"] if one["name"] == "Maya")


@pytest.fixture(scope="module")
def sam(house):
    return house.sign_in("social_worker")


def test_ok_is_answered_and_sam_sees_it(house, maya, sam):
    assert house.text(maya["phone"], "ok") == 200
    assert house.wait_for_text(maya["phone"], "Got it") == "Got it, thanks."
    assert "OK, they say" in sam.page(f"/young-people/{maya['id']}")
    place = f"/young-people/{maya['id']}/check-ins"
    wait(lambda: "Arrived on the phone" in sam.page(place), "the provider's report")


def test_the_same_text_brought_twice_is_one_check_in(house, maya, sam):
    place = f"/young-people/{maya['id']}/check-ins"
    for _ in range(2):
        assert (
            house.provider.stand_in.receive(maya["phone"], "im fine x", sid="SM" + "7" * 32) == 200
        )
    assert sam.page(place).main_text.count("im fine x") == 1


def test_not_ok_reaches_three_people_and_a_digit_takes_it(house, maya, sam):
    jo, ade = house.cast["carers"][0]["phone"], house.cast["trusted_people"][0]["phone"]
    before = {number: len(house.got(number)) for number in (jo, ade, "+447700900031")}
    assert house.text(maya["phone"], "im NOT ok") == 200
    for number, count in before.items():
        house.wait_for_text(number, "Reply 1 if you have it", after=count)
    assert house.text(jo, "1") == 200
    wait(lambda: "Jo, since" in sam.page(f"/young-people/{maya['id']}"), "Jo has it")
    house.wait_for_text(ade, "Jo has it")


def test_an_unknown_phone_lands_on_the_board(house, sam):
    assert house.text(UNKNOWN, "who is this") == 200
    house.wait_for_text(UNKNOWN, "Who do you want to reach?")
    assert "who is this" in sam.page("/check-ins/unmatched")


def test_stop_brings_no_more_texts(house, maya, sam):
    before = len(house.got(maya["phone"]))
    assert house.text(maya["phone"], "STOP") == 200
    wait(
        lambda: "use another way" in sam.page(f"/young-people/{maya['id']}"),
        "Sam is told to use another way",
    )
    assert house.text(maya["phone"], "ok again") == 200
    assert len(house.got(maya["phone"])) <= before + 1


def test_a_forged_text_is_refused_and_kept_nowhere(house, sam):
    browser = Browser(house.address)
    form = {"From": UNKNOWN, "To": NUMBER, "Body": "forged", "MessageSid": "SM" + "9" * 32,
            "AccountSid": ACCOUNT}  # fmt: skip
    for signature in ("", "wrong", "a" * 28):
        headers = [("X-Twilio-Signature", signature)]
        assert browser.open("/webhooks/twilio/sms", form, headers).status_code == 403
    assert "forged" not in sam.page("/check-ins/unmatched")


def test_no_text_names_anybody_young_or_what_this_is(house):
    # Texts of its own, as the tests before it may have run elsewhere.
    kit = house.cast["young_people"][1]["phone"]
    count = len(house.got(kit))
    assert house.text(kit, "not ok") == 200
    house.wait_for_text("+447700900031", "Reply 1 if you have it")
    assert house.text(kit, "talk") == 200
    house.wait_for_text(kit, ".", after=count)
    said = [text.body for text in house.provider.stand_in.texts if "outbound" in text.direction]
    assert len(said) >= 2
    for text in said:
        for word in ("Maya", "Kit", "care", "missing", "Northtown Council", "social"):
            assert word.lower() not in text.lower().split("http")[0], text
