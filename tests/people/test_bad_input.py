# ruff: noqa: F811 - `mayas` is a fixture of another file
"""Every form of every page, sent garbage by everybody: a clear answer, never a broken page.

Walks the map of addresses, so a page that is new is tried as well. What is refused before anything
is stored or looked up is tried with one database (`once`).
"""

from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from engage.people import signin
from tests.page import Page, stands_in
from tests.people.test_routes import address, mayas, token  # noqa: F401 - a fixture

WHO = ("nobody", "maya", "jo", "sam", "adil")
# Prove who calls by a signature of their own, and are tried in tests/webhooks.
OTHERWISE = {"webhooks.sms", "webhooks.status", "web.policy_report"}
# Names that forms of ours use, so that garbage reaches what reads them.
NAMES = (
    "text", "note", "place", "kind", "key", "name", "number", "phone", "code", "digits", "word",
    "who", "reason", "reason_code", "sections", "password", "email", "role", "team", "until",
    "answer", "outcome", "comment", "line", "purpose", "rank", "next", "locale", "sure", "voice",
    "revision", "seen_revision", "skip", "yes", "date", "time", "on", "at", "hours", "minutes",
)  # fmt: skip
GARBAGE = {
    "nothing": lambda name: [],
    "empty": lambda name: [""],
    "repeated": lambda name: ["one", "two", "three"],
    "nul": lambda name: ["Ma\x00ya"],
    "controls": lambda name: ["\x1b[31m\r\n\u202e\ufdd0"],
    "long": lambda name: ["x" * 3000],
    "digits of another script": lambda name: ["٣" * 20],
    "numbers out of range": lambda name: ["-99999999999999999999"],
    "not a date": lambda name: ["2026-02-30T99:99"],
    "html": lambda name: ["<script>alert(1)</script>\"'{{7*7}}"],
    "query": lambda name: ["' OR 1=1; --"],
    "elsewhere": lambda name: ["//evil.example/x", "\\\\evil.example"],
}


def forms(app):
    """Every address that takes a form."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint not in OTHERWISE
    ]


class Visitor:
    """Somebody's browser, signed in again whenever an answer made it somebody else's."""

    def __init__(self, app, cast, sign_in, who):
        self.client, self.who = app.test_client(), who
        self.begin = lambda: sign_in(self.client, getattr(cast, who))
        self.csrf = ""
        self.settle()

    def settle(self):
        if self.who != "nobody":
            self.begin()
        self.csrf = token(self.client)
        self.cookie = self.client.get_cookie("engage")

    def open(self, method, *args, **more):
        if self.client.get_cookie("engage") != self.cookie:
            self.settle()
        return self.client.open(*args, method=method, **more)

    def post(self, *args, **more):
        return self.open("POST", *args, **more)

    def get(self, *args, **more):
        return self.open("GET", *args, **more)


@pytest.fixture
def visit(app, cast, mayas, sign_in):
    """`visit("sam")` is Sam's browser."""
    return lambda who: Visitor(app, cast, sign_in, who)


@pytest.fixture
def broken(app, caplog):
    """What went wrong inside, with where; nothing must."""

    def find():
        return [r.getMessage() for r in caplog.records if r.getMessage().startswith("500")]

    return find


def rubbish(turn):
    """What to send: every field something else, and in each turn something else again."""
    kinds = list(GARBAGE.values())
    data = MultiDict()
    for at, name in enumerate(NAMES):
        data.setlist(name, kinds[(at + 3 * turn) % len(kinds)](name))
    return data


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("turn", range(4))
def test_garbage_gets_a_clear_answer(app, mayas, visit, broken, who, turn):
    client = visit(who)
    wrong = []
    for rule in forms(app):
        if rule.endpoint == "people.leave_account":
            continue
        data = rubbish(turn)
        path = address(app, rule, mayas)
        data["csrf_token"] = client.csrf
        response = client.post(path, data=data)
        if response.status_code >= 500 or "evil.example" in (response.location or ""):
            wrong.append(f"{path}: {response.status_code} {response.location or ''}")
        if response.status_code == 429:
            continue
        body = response.get_data(as_text=True)
        if "<script>alert(1)" in body:
            wrong.append(f"{path}: shows a script")
    assert not wrong, "\n".join([*wrong, *broken()])


@pytest.mark.once
@pytest.mark.parametrize("who", ["maya", "sam", "adil"])
def test_what_is_no_form_at_all_gets_a_clear_answer(
    app,
    mayas,
    visit,
    broken,
    who,
):
    client = visit(who)
    bodies = (
        ("application/x-www-form-urlencoded", b"text=%ff%fe%80&csrf_token=TOKEN"),
        ("application/x-www-form-urlencoded", b"%zz=%&&&===&csrf_token=TOKEN"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx"),
    )
    # All these are a form without fields: each address gets one from each of them, by turns.
    empty = (
        ("application/json", b'{"text": {"a": [1, null]}}'),
        ("multipart/form-data", b"no boundary"),
        ("text/plain", b"\xff" * 100),
        ("", b""),
    )
    wrong = []
    for turn, rule in enumerate(forms(app), start=WHO.index(who)):
        path = address(app, rule, mayas)
        for content_type, body in (*bodies, empty[turn % len(empty)]):
            body = body.replace(b"TOKEN", client.csrf.encode())
            head = {"X-CSRFToken": client.csrf}
            response = client.post(path, data=body, content_type=content_type, headers=head)
            if response.status_code >= 500:
                wrong.append(f"{path} {content_type}: {response.status_code}")
    assert not wrong, "\n".join([*wrong, *broken()])


@pytest.mark.once
def test_files_where_words_are_expected_get_a_clear_answer(
    app,
    mayas,
    visit,
    broken,
):
    wrong = []
    for who in ("maya", "sam", "adil"):
        client = visit(who)
        for rule in forms(app):
            data = {name: (BytesIO(b"\x89PNG not really"), "x.png") for name in NAMES}
            data["csrf_token"] = client.csrf
            path = address(app, rule, mayas)
            response = client.post(path, data=data, content_type="multipart/form-data")
            if response.status_code >= 500:
                wrong.append(f"{who} {path}: {response.status_code}")
    assert not wrong, "\n".join([*wrong, *broken()])


@pytest.mark.once
def test_a_flood_of_fields_and_a_huge_body_are_refused(app, mayas, visit):
    client = visit("sam")
    many = {f"f{n}": "x" for n in range(5000)}
    # Pictures come as files and may be larger; as words nothing is.
    huge = {"text": "x" * 600_000}
    for rule in forms(app):
        path = address(app, rule, mayas)
        for data in (many, huge):
            response = client.post(path, data={"csrf_token": client.csrf, **data})
            assert response.status_code < 500, f"{path}: {response.status_code}"


@pytest.mark.parametrize("who", ["nobody", "maya", "sam", "adil"])
def test_garbage_in_the_address_gets_a_clear_answer(
    app,
    mayas,
    visit,
    broken,
    who,
):
    client = visit(who)
    # Every page reads the first two; of the others each request has one that turns leaves and one
    # that looks for something, so that no fault is hidden behind another.
    queries = (
        "lang=xx&next=//evil.example&after=x&q=%00%ff",
        "lang=cy&lang=ar&next=https:evil.example&before=9999-99-99&with=%F0%9F%92%A9",
        "page=-1&sent=" + "9" * 999,
    )
    wrong = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in {"static", "web.leave"}:
            continue
        path = address(app, rule, mayas)
        for query in queries:
            response = client.get(f"{path}?{query}")
            where = response.location or ""
            if response.status_code >= 500 and not rule.rule.startswith("/healthz"):
                wrong.append(f"{path}?{query}: {response.status_code}")
            if where.startswith(("//", "http://evil", "https:")):
                wrong.append(f"{path}?{query} leads to {where}")
    assert not wrong, "\n".join([*wrong, *broken()])


@pytest.mark.once
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil", ""])
def test_a_forged_host_is_told_nothing_on_any_page(app, mayas, visit, host):
    client = visit("sam")
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule.startswith(("/healthz", "/metrics", "/static")):
            continue
        response = client.get(address(app, rule, mayas), headers={"Host": host})
        assert response.status_code == 400, f"{rule.rule}: {response.status_code}"
        assert not stands_in("evil", response.get_data(as_text=True))


def test_in_four_turns_every_field_gets_every_third_kind_and_all_kinds_are_sent():
    sent = {name: [tuple(rubbish(turn).getlist(name)) for turn in range(4)] for name in NAMES}
    assert all(len(set(values)) == 4 for values in sent.values())
    everything = {value for values in sent.values() for value in values}
    assert everything == {tuple(make("x")) for make in GARBAGE.values()}


def test_the_walk_reaches_every_form(app):
    reached = {rule.endpoint for rule in forms(app)}
    assert len(reached) > 60
    assert {"emergencies.find", "teams.invite", "now.send", "security.login"} <= reached
    assert not any(signin.OPEN_BLUEPRINTS & {endpoint} for endpoint in reached)


def test_whatever_was_refused_is_said_on_a_page_of_ours(app, mayas, visit):
    client = visit("sam")
    for rule in forms(app):
        sent = {"csrf_token": client.csrf, "text": "\x00"}
        response = client.post(address(app, rule, mayas), data=sent)
        if response.status_code in {400, 404, 409, 413}:
            assert Page(response).heading
