"""The pages on which closed parts are opened, read and closed, and what Zed finds there."""

from datetime import timedelta

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people.access import SYSTEM
from engage.people.account_models import Account
from engage.people.emergency_models import EmergencyUse
from engage.people.models import Organisation, Person, RoleGrant
from tests.emergencies.pages import PASSWORD, REASON, WROTE, asking, fill
from tests.page import Page

pytestmark = pytest.mark.usefixtures("accounts")


def test_reading_is_written_down_part_by_part(app, cast, client, opened):
    with app.app_context():
        assert not db.session.scalars(select(AuditEntry).filter_by(verb="emergency:read")).all()
    opened.click(client, "What safe means to me")
    with app.app_context():
        row = db.session.scalars(select(AuditEntry).filter_by(verb="emergency:read")).one()
        assert (row.actor_id, row.subject_id, row.object_kind) == (cast.olu, cast.maya, "safe")


def test_only_the_parts_that_were_named_can_be_read(client, opened):
    base = opened.path
    assert client.get(f"{base}/parts/safe").status_code == 200
    for part in ("ready", "trusted_people", "phone", "texts", "check_in_words", "nonsense", "*"):
        assert client.get(f"{base}/parts/{part}").status_code == 404, part


def test_after_the_hour_nothing_can_be_read_and_no_note_is_left(client, opened, clock):
    clock.shift(timedelta(minutes=10))
    client.get("/")
    for _ in range(5):
        clock.shift(timedelta(minutes=10))
        client.get("/")
    assert client.get(f"{opened.path}/parts/safe").status_code == 404
    page = Page(client.get(opened.path))
    assert "It is closed again." in page
    assert "open to you" not in page


def test_nobody_else_reads_with_the_workers_key(cast, client, sign_in, opened):
    for who in (cast.sam, cast.sue, cast.zed_worker, cast.maya, cast.jo, cast.adil, cast.ines,
                cast.far_zed_supervisor):  # fmt: skip
        sign_in(client, who)
        assert client.get(f"{opened.path}/parts/safe").status_code == 404, who


def test_who_sees_a_use_is_its_worker_and_their_supervisor(cast, client, sign_in, opened):
    seen = {}
    names = ("olu", "sue", "sam", "zed_worker", "kits_worker", "adil", "ines", "far_zed_supervisor")
    for name in names:
        sign_in(client, getattr(cast, name))
        seen[name] = client.get(opened.path).status_code
    assert seen == {**dict.fromkeys(names, 404), "olu": 200, "sue": 200}


def test_the_note_stands_in_every_browser_of_the_worker_and_in_nobody_elses(
    app, cast, sign_in, opened
):
    for who, shown in ((cast.olu, True), (cast.sam, False), (cast.sue, False), (cast.maya, False)):
        other = sign_in(app.test_client(), who)
        assert ("Closed parts of M are open to you" in Page(other.get("/"))) is shown


def test_the_note_costs_the_others_nothing(app, cast, client, sign_in):
    from sqlalchemy import event

    sign_in(client, cast.sam)
    counted: list[str] = []

    def count(_connection, _cursor, sql, *_more):
        counted.append(sql)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            client.get("/emergencies/nobody")
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
    assert [sql for sql in counted if "emergency_uses" in sql] == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"sections": []}, "Pick the parts you need."),
        ({"reason": "too short"}, "Say a little more: at least 15 letters."),
        ({"reason": ""}, "Say what happened, in at least 15 letters."),
        ({"reason": "x" * 1001}, "This is 1 letter too long. Please make it shorter."),
        ({"password": "not it"}, "This password is not right."),
        ({"password": ""}, "Type your password."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_opens(app, at, cast, client, changed, says):
    form = fill(at(cast.olu, asking(cast)), **changed)
    response = form.submit(client)
    page = Page(response)
    assert (page.status, page.errors) == (400, [says])
    if "reason" not in changed:
        assert REASON in page.main_text, "what was typed stays"
    assert PASSWORD not in page.html
    with app.app_context():
        assert db.session.scalars(select(EmergencyUse)).all() == []


def test_a_part_that_was_not_offered_is_refused(app, at, cast, client):
    form = fill(at(cast.olu, asking(cast)))
    form.values["sections"] = ["safe", "trusted_people"]
    page = Page(form.submit(client))
    assert page.errors == ["Pick some of the answers."]


def test_a_number_of_guesses_is_enough(at, cast, client):
    form = fill(at(cast.olu, asking(cast)), password="guess")
    for _ in range(10):
        assert form.submit(client).status_code == 400
    assert form.submit(client).status_code == 429
    assert fill_again(form).submit(client).status_code == 429, "also with the right one"


def fill_again(form):
    return form.fill(password=PASSWORD)


def test_who_has_an_app_for_the_second_step_is_asked_for_its_digits(app, cast, client, at, clock):
    key = TOTP.new()
    with app.app_context():
        account = db.session.scalars(select(Account).filter_by(person_id=cast.olu)).one()
        totp = app.extensions["security"].totp_factory
        account.tf_totp_secret = totp.generate_totp_secret()
        account.tf_primary_method = "authenticator"
        secret = totp.get_totp_pretty_key(account.tf_totp_secret)
        db.session.commit()
    key = TOTP(key=secret.replace("-", "").replace(" ", ""))
    page = at(cast.olu, asking(cast))
    assert "Six digits from your app" in page
    form = page.form(asking(cast))
    assert "password" not in form.names
    values = {"sections": ["safe"], "reason_code": "missing", "reason": REASON}
    wrong = Page(form.fill(values, code="000000").submit(client))
    assert wrong.errors == ["These digits are not right, or too old. Try the next ones."]
    digits = key.generate().token
    assert form.fill(code=digits).submit(client).status_code == 303
    # Good once: whoever saw them typed cannot use them again.
    form = at(cast.olu, asking(cast)).form(asking(cast))
    values["sections"] = ["ready"]
    assert Page(form.fill(values, code=digits).submit(client)).status == 400


def test_a_second_time_waits_for_sue_and_opens_with_her_yes(app, at, cast, client, opened, clock):
    client.post(f"{opened.path}/close", data={"csrf_token": token(client)})
    clock.shift(timedelta(days=1))
    page = fill(at(cast.olu, asking(cast))).send(client)
    assert "A supervisor must say yes first" in page
    assert client.get(f"{page.path}/parts/safe").status_code == 404
    asked = at(cast.sue)
    assert "Asked of you now" in asked
    answer = Page(client.get(page.path)).form("/answer")
    assert answer.submit(client, "yes").status_code == 303
    again = answer.submit(client, "yes")
    assert again.status_code == 409, "decided already"
    at(cast.olu)
    assert WROTE in Page(client.get(f"{page.path}/parts/safe"))


def token(client):
    return Page(client.get("/emergencies")).form("/emergencies/find").values["csrf_token"][0]


def test_a_no_opens_nothing(at, cast, client, opened, clock):
    client.post(f"{opened.path}/close", data={"csrf_token": token(client)})
    clock.shift(timedelta(days=1))
    page = fill(at(cast.olu, asking(cast))).send(client)
    at(cast.sue)
    Page(client.get(page.path)).form("/answer").submit(client, "no")
    at(cast.olu)
    assert "A supervisor said no." in Page(client.get(page.path))
    assert client.get(f"{page.path}/parts/safe").status_code == 404


def test_looking_never_opens_or_closes_anything(app, cast, client, opened):
    for path in ("/close", "/answer", "/review"):
        assert client.get(opened.path + path).status_code == 405
    with app.app_context():
        assert db.session.scalars(select(EmergencyUse)).one().ends_at > db.session.scalars(
            select(EmergencyUse)
        ).one().asked_at + timedelta(minutes=59)


def test_a_review_needs_one_of_two_answers(at, cast, client, opened):
    at(cast.sue)
    response = Page(client.get(opened.path)).form("/review").fill(note="Fine.").submit(client)
    page = Page(response)
    assert (page.status, page.errors) == (400, ["Pick one of the two."])
    assert "Fine." in page.html


def test_the_search_says_the_same_about_who_is_elsewhere_and_who_does_not_exist(
    app, cast, client, at
):
    with app.app_context():
        far = db.session.get(Person, cast.far_zed_young).phone
        db.session.get(Person, cast.far_zed_young).name = "Quill"
        db.session.commit()
    pages = []
    for typed in (far, "Quill", "07700 900998", "Nobody At All"):
        form = at(cast.sam).form("/emergencies/find").fill(who=typed)
        response = form.submit(client)
        assert response.location.endswith("/emergencies/nobody")
        pages.append(Page(client.get(response.location)).main_text)
    assert len(set(pages)) == 1


def test_who_was_not_looked_up_is_not_there(cast, client, sign_in):
    for who in (cast.zed_worker, cast.kits_worker, cast.far_zed_supervisor):
        sign_in(client, who)
        there = client.get(asking(cast))
        nowhere = client.get(f"/emergencies/young-people/{cast.organisation}")
        assert there.status_code == nowhere.status_code == 404
        assert there.get_data() == nowhere.get_data().replace(
            str(cast.organisation).encode(), str(cast.maya).encode()
        )


@pytest.mark.parametrize("who", ["maya", "jo", "adil", "ines", "zed_young", "zed_carer"])
def test_for_others_there_is_no_such_page(cast, client, sign_in, who):
    sign_in(client, getattr(cast, who))
    for path in ("/emergencies", "/emergencies/found", "/emergencies/nobody", asking(cast)):
        assert client.get(path).status_code == 404
    for path in ("/emergencies/find", asking(cast)):
        data = {"csrf_token": form_token(client), "who": "Maya"}
        assert client.post(path, data=data).status_code == 404


def form_token(client):
    """A token from a page that everybody has."""
    return Page(client.get("/phone-sign-in")).form().values["csrf_token"][0]


def test_a_worker_cannot_search_all_evening(at, cast, client):
    form = at(cast.zed_worker).form("/emergencies/find").fill(who="Nobody")
    for _ in range(20):
        assert form.submit(client).status_code == 303
    assert form.submit(client).status_code == 429


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type a phone number or a whole name."),
        ("   ", "Type a phone number or a whole name."),
        ("x" * 81, "This is 1 letter too long. Please make it shorter."),
        ("Ma\x00ya", "Some signs could not be read. Check it and send it again."),
    ],
)
def test_a_search_for_nothing_is_said_kindly(at, cast, client, typed, says):
    at(cast.sam)
    data = {"csrf_token": token(client), "who": typed}
    page = Page(client.post("/emergencies/find", data=data))
    assert (page.status, page.errors) == (400, [says])


def test_a_name_that_looks_like_a_query_finds_nobody(at, cast, client):
    for typed in ("' OR 1=1 --", "%", "{{ 7*7 }}", "<script>alert(1)</script>", "Maya'"):
        response = at(cast.sam).form("/emergencies/find").fill(who=typed).submit(client)
        found = response.location.endswith("/found")
        # An apostrophe is no letter of a name, so Maya' is Maya.
        assert found is (typed == "Maya'")


def test_without_anybody_to_tell_nothing_opens(app, at, cast, client):
    form = fill(at(cast.olu, asking(cast)))
    with app.app_context():
        for person in (cast.sam, cast.sue):
            db.session.get(Person, person).ended_at = db.session.get(Person, person).created_at
        db.session.commit()
    page = Page(form.submit(client))
    assert page.status == 400
    assert "nobody would hear of it" in page.errors[0]


def test_sue_sees_how_often_who_opened_what(at, cast, client, opened):
    assert "Olu This week 1, in four weeks 1" in at(cast.sue)
    assert "in four weeks" not in at(cast.sam)


def test_a_supervisor_may_close_what_is_open(app, at, cast, client, opened):
    at(cast.sue)
    Page(client.get(opened.path)).form("/close").submit(client)
    at(cast.olu)
    assert client.get(f"{opened.path}/parts/safe").status_code == 404


def test_everything_a_supervisor_may_open_can_be_read(app, at, cast, client):
    client_page = at(cast.sue, asking(cast))
    parts = ["phone", "trusted_people", "texts", "check_in_words", "safe"]
    page = fill(client_page, sections=parts).send(client)
    seen = {part: Page(client.get(f"{page.path}/parts/{part}")) for part in parts}
    with app.app_context():
        number = db.session.get(Person, cast.maya).phone
    assert number in seen["phone"]
    assert all(name in seen["trusted_people"] for name in ("Ade", "Coach Lee", "Nan Ruth"))
    assert "Nothing is written here." in seen["check_in_words"]


@pytest.mark.parametrize("code", ["cy", "es", "ar"])
def test_the_pages_stand_in_every_language(at, cast, client, opened, code):
    for path in ("/emergencies", opened.path, f"{opened.path}/parts/safe", asking(cast)):
        assert Page(client.get(f"{path}?lang={code}")).lang == code


def test_a_worker_who_lost_the_role_meanwhile_reads_nothing(app, cast, client, opened):
    with app.app_context():
        for grant in db.session.scalars(select(RoleGrant).filter_by(person_id=cast.olu)):
            grant.ends_at = grant.starts_at
        db.session.commit()
    assert client.get(f"{opened.path}/parts/safe").status_code == 404
    assert client.get(opened.path).status_code == 404


def test_the_young_person_is_named_by_initials_in_the_note(opened):
    notes = ["".join(one.itertext()) for one in opened.all(cls="banner")]
    [note] = [note for note in notes if "open to you" in note]
    assert "M" in note and "Maya" not in note


def test_in_a_demonstration_too_supervisors_are_told(app, cast):
    with app.app_context():
        assert db.session.get(Organisation, cast.organisation).is_demo is False
        assert SYSTEM.is_system
