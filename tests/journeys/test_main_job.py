"""The main job in a real demonstration: a young person reaches out, and the right people answer."""

import os
import stat

import pytest

from tests.journeys.demonstration import Browser, Demonstration
from tests.waiting import wait_for as wait

UNKNOWN = "+447700900999"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    running = Demonstration(tmp_path_factory.mktemp("demo"))
    try:
        running.wait_until_ready()
        running.make_it_day()
        yield running
    finally:
        code = running.stop()
    assert code == 0


@pytest.fixture(scope="module")
def people(demo):
    return demo.cast()


@pytest.fixture(scope="module")
def numbers(people):
    staff = {"Sam": "+447700900031", "Sue": "+447700900032", "Olu": "+447700900033"}
    young = {one["name"]: one["phone"] for one in people["young_people"]}
    grown = {one["name"]: one["phone"] for one in people["carers"] + people["trusted_people"]}
    return {**staff, **young, **grown}


@pytest.fixture(scope="module")
def sam(demo, people):
    return demo.staff(people, "social_worker")


@pytest.fixture(scope="module")
def maya(people):
    return next(one for one in people["young_people"] if one["name"] == "Maya")


def test_the_cast_is_described_as_the_contract_says(demo, people, maya):
    assert [one["role"] for one in people["staff"]] == [
        "social_worker", "supervisor", "out_of_hours", "interviewer", "admin",
    ]  # fmt: skip
    assert all(one["totp_secret"] is None for one in people["staff"])
    assert set(maya) == {
        "id", "name", "phone", "code_word", "not_ok_word", "check_in_url", "check_in_code",
        "locale",
    }  # fmt: skip
    assert {one["name"] for one in people["trusted_people"]} == {"Ade", "Coach Lee", "Nan Ruth"}
    assert (people["service_number"], people["policy"]) == ("+447700900000", "england")
    assert people["places"] == 8
    code = people["feedback_url"].removeprefix(f"{demo.address}/f/")
    assert len(code) == 26
    assert demo.phones.open(f"/f/{code}").status_code == 200


def test_the_keys_of_a_demonstration_are_its_owners_alone(demo):
    keys = os.stat(demo.folder / "data" / "keys.json")
    assert stat.S_IMODE(keys.st_mode) == 0o600


def test_maya_texts_ok_and_sam_sees_how_sure_we_are(demo, sam, maya, numbers):
    demo.text(maya["phone"], "ok")
    assert demo.wait_for_text(maya["phone"], "Got it") == "Got it, thanks."
    page = sam.page(f"/young-people/{maya['id']}")
    assert "OK, they say" in page
    assert "We cannot tell who held it" in page
    demo.text(maya["phone"], f"{maya['code_word']} im ok")
    wait(lambda: "With their code word" in sam.page(f"/young-people/{maya['id']}"), "her word")
    assert all("M:" in text for text in demo.got(numbers["Ade"]))
    assert not any("Maya" in text for text in demo.got(numbers["Ade"]))


def test_the_card_opens_a_page_without_a_name_and_ready_is_told(demo, sam, maya, numbers):
    before = demo.lines(numbers["Ade"])
    phone = Browser(demo.address)
    page = phone.page(maya["check_in_url"])
    assert page.path == "/now"
    assert "Maya" not in page.text and "Maya" not in page.title
    form = page.form("/now")
    sent = phone.send(form, "ready")
    assert sent.path == "/now"
    assert "Sent" in sent
    # The person in her plan hears of it, and can say so with one digit.
    told = demo.wait_for_text(numbers["Ade"], "Reply 1 if you have it", before)
    assert "Maya" not in told
    demo.text(numbers["Ade"], "1")
    wait(lambda: "Ade, since" in sam.page(f"/young-people/{maya['id']}"), "Ade has it")


def test_not_ok_reaches_several_people_until_one_has_it(demo, sam, maya, numbers):
    before = {name: demo.lines(numbers[name]) for name in ("Ade", "Jo", "Sam")}
    demo.text(maya["phone"], "not ok")
    for name, had in before.items():
        demo.wait_for_text(numbers[name], "Reply 1 if you have it", had)
    demo.text(numbers["Jo"], "1")
    taken = wait(
        lambda: "Jo has it" in sam.page("/") or "Jo, since" in sam.page(
            f"/young-people/{maya['id']}"),
        "Sam sees that Jo has it",
    )  # fmt: skip
    assert taken


def test_the_not_ok_word_looks_the_same_on_her_phone_and_not_on_sams_page(demo, sam, maya, numbers):
    demo.text(maya["phone"], f"im ok {maya['not_ok_word']}")
    wait(
        lambda: "not-OK word" in sam.page(f"/young-people/{maya['id']}"),
        "Sam sees the not-OK word",
    )
    demo.wait_for_text(maya["phone"], "Got it")
    # Whatever she texts looks the same to somebody who reads over her shoulder.
    replies = {text for text in demo.got(maya["phone"]) if "reminder" not in text}
    assert replies == {"Got it, thanks."}
    for name in ("Ade", "Jo", "Sam"):
        assert not any(maya["not_ok_word"] in text for text in demo.got(numbers[name]))


def test_another_language_is_understood(demo, sam, maya):
    before = demo.lines(maya["phone"])
    demo.text(maya["phone"], "listo")
    demo.wait_for_text(maya["phone"], ".", before)
    page = sam.page(f"/young-people/{maya['id']}")
    assert "Ready to come back" in page


def test_an_unknown_phone_lands_on_the_board_and_learns_nothing(demo, sam):
    demo.text(UNKNOWN, "is maya there?")
    answer = demo.wait_for_text(UNKNOWN, ".")
    assert "Maya" not in answer and "Who do you want to reach?" in answer
    assert "is maya there?" in sam.page("/check-ins/unmatched")


def test_the_typed_code_opens_the_same_page(demo, maya):
    phone = Browser(demo.address)
    form = phone.page("/c").form("/c")
    name = next(n for n in form.names if n != "csrf_token")
    typed = maya["check_in_code"].lower().replace("0", "o").replace("-", " ")
    assert phone.send(form.fill({name: typed})).path == "/now"


def test_jo_signs_in_by_her_link_once_and_finds_what_to_try_first(demo, people, maya):
    jo = next(one for one in people["carers"] if one["name"] == "Jo")
    browser = Browser(demo.address)
    page = browser.page(jo["sign_in_url"])
    home = browser.send(page.form())
    assert (home.path, home.heading) == ("/", "The people you care for")
    worried = browser.page(f"/worried/{maya['id']}")
    assert "Text me, one text" in worried
    assert "Call 999" in worried and "Coach Lee" in worried
    assert Browser(demo.address).open(jo["sign_in_url"]).status_code == 404


def test_the_plan_is_agreed_by_all_three(sam, maya):
    page = sam.page(f"/plans/for/{maya['id']}")
    assert "Everyone agreed to this plan" in page
    kit_waits = sam.page("/plans/to-review")
    assert "No plan yet" in kit_waits


def test_stop_is_shown_to_sam_and_start_undoes_it(demo, sam, maya):
    demo.text(maya["phone"], "STOP")
    place = f"/young-people/{maya['id']}"
    wait(lambda: "No more texts to this phone: use another way" in sam.page(place), "Sam sees it")
    before = len(demo.got(maya["phone"]))
    demo.text(maya["phone"], "ok")
    wait(lambda: "OK, they say" in sam.page(place), "what she sends still arrives")
    assert len(demo.got(maya["phone"])) <= before + 1  # the one confirmation may come late
    demo.text(maya["phone"], "START")
    wait(lambda: "No more texts to this phone" not in sam.page(place), "texts again")


def test_each_role_has_a_start_page(demo, people):
    for role in ("supervisor", "out_of_hours", "interviewer", "admin"):
        page = demo.staff(people, role).page("/")
        assert page.status == 200
        assert "Alerts are delayed" not in page


def test_nothing_secret_was_logged(demo, people, maya, numbers):
    written = (demo.folder / "log").read_text()
    _, _, written = written.partition("Stop with Ctrl+C")
    secrets = [maya["check_in_url"].rsplit("/", 1)[1], maya["code_word"], *numbers.values()]
    assert not [secret for secret in secrets if secret in written]
