"""What every answer tells the browser, and which names we answer to."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.config import Settings
from engage.web.headers import is_our_host
from tests.page import Page
from tests.web import site

PATHS = ["/", "/now", "/form", "/page", "/leave", "/nowhere", "/fails/broken", "/robots.txt"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_browsers_caches_and_robots_out(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "noindex" in headers["X-Robots-Tag"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_browser_is_told_to_stay_there() -> None:
    app = site.build(ENGAGE_PUBLIC_URL="https://plan.example")
    response = app.test_client().get("/form", base_url="https://plan.example")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-engage=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_a_form_sent_over_https_arrives_with_and_without_a_referrer() -> None:
    app = site.build(ENGAGE_PUBLIC_URL="https://plan.example")
    client = app.test_client()
    for referrer in ("https://plan.example/form", ""):
        page = Page(client.get("/form", base_url="https://plan.example"))
        form = page.form().fill(name="Ade", how="friend")
        headers = {"Referer": referrer, "Origin": "https://plan.example"}
        assert form.submit(client, headers=headers).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.2"])
def test_a_forged_host_is_told_nothing(client: FlaskClient, host: str) -> None:
    response = client.get("/now?lang=cy", headers={"Host": host})
    assert response.status_code == 400
    assert host not in response.text
    assert "How are you" not in response.text
    assert "Set-Cookie" not in response.headers


def test_health_may_be_asked_for_by_address(app: Flask) -> None:
    @app.get("/healthz/live")
    def live() -> str:
        return "ok"

    assert app.test_client().get("/healthz/live", headers={"Host": "10.0.0.7"}).text == "ok"


def settings(url: str, environment: str) -> Settings:
    return Settings(ENGAGE_PUBLIC_URL=url, ENGAGE_ENVIRONMENT=environment)


@pytest.mark.parametrize(
    ("host", "url", "environment", "expected"),
    [
        ("plan.example", "https://plan.example", "production", True),
        ("PLAN.example:443", "https://plan.example", "production", True),
        ("plan.example:8443", "https://plan.example", "production", False),
        ("localhost:8000", "https://plan.example", "production", False),
        ("localhost:8000", "http://localhost:8000", "demo", True),
        ("127.0.0.1:9999", "http://localhost:8000", "demo", True),
        ("[::1]:9999", "http://localhost:8000", "demo", True),
        ("[::1]", "http://localhost:8000", "demo", True),
        ("192.0.2.1", "http://localhost:8000", "demo", False),
    ],
)
def test_a_host_is_ours_if_it_is_the_public_one_or_this_machine_in_a_demonstration(
    host: str, url: str, environment: str, expected: bool
) -> None:
    assert is_our_host(host, settings(url, environment)) is expected


def test_a_breach_of_the_policy_is_noted_without_saying_where(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    report = {"csp-report": {"effective-directive": "img-src", "document-uri": "/c/SECRET"}}
    response = client.post("/csp", json=report, content_type="application/csp-report")
    assert response.status_code == 204
    assert "img-src" in caplog.text and "SECRET" not in caplog.text
    for junk in (b"\xff\x00", b"[]", b'{"csp-report": {"effective-directive": "x\\ny"}}'):
        assert client.post("/csp", data=junk).status_code == 204
    assert "x\ny" not in caplog.text


def test_robots_are_asked_to_stay_away(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
