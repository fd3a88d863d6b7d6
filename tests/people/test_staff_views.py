"""Members of staff sign in with a password and a second step, and nobody learns who is known."""

import re
from datetime import timedelta

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from engage.db import db
from engage.people import mail
from engage.people.account_actions import close_account, create_account, invite
from engage.people.account_models import Account
from engage.people.models import LoginSession, Organisation
from engage.people.viewer import SYSTEM
from tests.page import Page, follow, words

EMAIL = "sam@example.org"
PASSWORD = "correct horse battery"
HOME = "/sign-in/passkeys"  # a page for staff that stands on its own


@pytest.fixture
def invitation(app, cast, now):
    """The code with which Sam chooses a first password."""
    with app.app_context():
        create_account(SYSTEM, cast.sam, EMAIL, now=now)
        code = invite(SYSTEM, cast.sam, now=now)
        db.session.commit()
    return code


@pytest.fixture
def key(client, invitation, clock):
    """Sam has a password and an app with this key, and is signed in with `client`."""
    page = Page(client.get(f"/sign-in/new/{invitation}"))
    page = page.form().fill(password=PASSWORD).send(client)
    page = give_password(page, client)
    assert page.heading == "Set up the second step"
    page = Page(page.form().submit(client))
    key = words(next(e for e in page.all("p", cls="code")))
    response = page.form().fill(code=app_code(key, clock)).submit(client)
    assert response.status_code == 303
    assert response.location == "/"
    return key


def app_code(key, clock):
    return TOTP(key=key.replace("-", "").replace(" ", "")).generate().token


def give_password(page, client, password=PASSWORD, email=EMAIL):
    assert page.heading == "Sign in"
    response = page.form("/sign-in").fill(email=email, password=password).submit(client)
    return follow(client, response) if response.status_code == 303 else Page(response)


def is_in(client):
    return client.get(HOME).status_code == 200


def test_a_new_colleague_chooses_a_password_and_sets_up_the_second_step(app, client, key):
    assert is_in(client)
    with app.app_context():
        account = db.session.scalar(select(Account))
        assert account.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert EMAIL not in (account.email, account._email)
        assert key.replace("-", "") not in str(account.tf_totp_secret)


def test_the_link_to_a_first_password_works_once(client, key, invitation):
    client.delete_cookie("engage")
    assert client.get(f"/sign-in/new/{invitation}").status_code == 404


def test_looking_at_the_link_does_not_use_it_up(client, invitation):
    for _ in range(3):
        assert Page(client.get(f"/sign-in/new/{invitation}")).heading == "Choose your password"


def test_a_short_password_is_refused_in_plain_words(client, invitation):
    page = Page(client.get(f"/sign-in/new/{invitation}"))
    page = Page(page.form().fill(password="short").submit(client))
    assert page.errors == ["Make it longer: at least 12 letters or signs."]


def test_the_invitation_ends_after_three_days(client, invitation, clock):
    clock.shift(timedelta(days=3))
    assert client.get(f"/sign-in/new/{invitation}").status_code == 404


def test_signing_in_takes_the_password_and_the_app(app, client, key, clock):
    other = app.test_client()
    clock.shift(60)
    page = give_password(Page(other.get("/sign-in?next=/sign-in/passkeys")), other)
    assert page.heading == "Second step"
    assert not is_in(other)
    wrong = Page(page.form().fill(code="000000").submit(other))
    assert wrong.errors == ["These digits are not right, or too old. Try the next ones."]
    arabic = app_code(key, clock).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    response = wrong.form().fill(code=f"{arabic[:3]} {arabic[3:]}").submit(other)
    assert response.location == "/sign-in/passkeys"
    assert is_in(other)


def test_in_a_demonstration_the_password_is_enough(app, client, invitation, cast):
    with app.app_context():
        db.session.get(Organisation, cast.organisation).is_demo = True
        db.session.commit()
    page = Page(client.get(f"/sign-in/new/{invitation}"))
    give_password(page.form().fill(password=PASSWORD).send(client), client)
    other = app.test_client()
    give_password(Page(other.get("/sign-in")), other)
    assert is_in(other)


def test_a_code_of_the_app_is_good_once(app, client, key, clock):
    clock.shift(60)
    code = app_code(key, clock)
    for expected in (303, 200):
        other = app.test_client()
        page = give_password(Page(other.get("/sign-in")), other)
        assert page.form().fill(code=code).submit(other).status_code == expected


def test_a_recovery_code_stands_in_for_a_lost_phone_once(app, client, key):
    page = Page(Page(client.get("/sign-in/recovery-codes")).form().submit(client))
    codes = [words(e) for e in page.one("ul", cls="code").iter("li")]
    assert len(codes) == 8
    for expected in (303, 200):
        other = app.test_client()
        page = give_password(Page(other.get("/sign-in")), other)
        page = page.click(other, "I don't have my phone: use a recovery code")
        assert page.form().fill(code=codes[0]).submit(other).status_code == expected
        assert is_in(other) is (expected == 303)


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong wrong wrong"), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)],
)
def test_known_and_unknown_addresses_get_the_same_page(app, client, key, email, password):
    other = app.test_client()
    page = give_password(Page(other.get("/sign-in")), other, password, email)
    assert (page.status, page.errors) == (200, ["The email or the password is not right."])
    assert [form.values.get("email") for form in page.forms if form.values.get("email")] == [
        [email]
    ]


def test_ten_tries_at_an_address_are_enough(app, client, key):
    other = app.test_client()
    page = Page(other.get("/sign-in"))
    form = page.form("/sign-in").fill(email=EMAIL, password="wrong wrong wrong")
    statuses = [form.submit(other).status_code for _ in range(10)]
    assert statuses == [200] * 9 + [429], "the first of ten was Sam's own"


def test_next_leads_nowhere_but_to_us(app, client, key, clock):
    for wanted in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        clock.shift(60)
        other = app.test_client()
        page = give_password(Page(other.get("/sign-in", query_string={"next": wanted})), other)
        response = page.form().fill(code=app_code(key, clock)).submit(other)
        assert response.location == "/"


def test_a_forgotten_password_is_reset_by_mail(app, client, key, monkeypatch, settings):
    sent = []
    monkeypatch.setattr(settings, "mail_url", "smtp://mail.example.org:25")
    monkeypatch.setattr(mail, "_send", lambda _settings, *parts: sent.append(parts))
    other = app.test_client()
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        page = Page(other.get("/sign-in/forgotten"))
        page = Page(page.form().fill(email=email).submit(other))
        pages.append(page.main_text.replace(email, ""))
    assert pages[0] == pages[1]
    assert "a link is on its way" in pages[0]
    [(to, _subject, body)] = sent
    assert to == EMAIL
    path = re.search(r"http://localhost(/sign-in/forgotten/\S+)", body)[1]
    page = Page(other.get(path))
    page = page.form().fill(password="another long password").send(other)
    assert page.heading == "Sign in"
    assert not is_in(client), "whoever was signed in before is out"
    assert len(sent) == 2
    assert other.get(path).status_code == 303, "the link works once"


def test_without_mail_somebody_is_told_whom_to_ask(client, app):
    assert "ask your administrator" in Page(client.get("/sign-in/forgotten")).text


def test_who_leaves_the_job_is_out_at_once(app, client, key, cast, now):
    with app.app_context():
        close_account(SYSTEM, cast.sam, now=now)
        db.session.commit()
    assert client.get(HOME).status_code == 303
    other = app.test_client()
    page = give_password(Page(other.get("/sign-in")), other)
    assert page.errors == ["The email or the password is not right."]


def test_the_session_gets_a_new_id_at_sign_in(app, client, key):
    with app.app_context():
        rows = db.session.scalars(select(LoginSession)).all()
        assert [row.area for row in rows if row.revoked_at is None] == ["staff"]


def test_a_carer_has_no_business_with_passkeys(client, cast, sign_in):
    assert sign_in(client, cast.jo).get(HOME).status_code == 404
