"""The source is offered to adults who sign in, and the program's name to nobody else."""

import pytest

from tests.page import Page


@pytest.mark.parametrize("who", ["jo", "sam", "sue", "olu", "ines", "adil"])
def test_adults_find_version_licence_and_source(app, client, sign_in, cast, monkeypatch, who):
    monkeypatch.setattr(app.extensions["engage"], "source_url", "https://code.example/engage")
    sign_in(client, getattr(cast, who))
    page = Page(client.get("/")).click(client, "About this program")
    assert "GNU Affero General Public License, version 3 or later" in page
    link = next(a for a in page.all("a") if a.get("href") == "https://code.example/engage")
    assert link.get("rel") == "external noreferrer"


def test_without_the_setting_one_is_told_whom_to_ask(client, sign_in, cast):
    sign_in(client, cast.sam)
    assert "Ask the people who run this website for it." in Page(client.get("/about"))


@pytest.mark.parametrize("who", ["maya", "zed_young"])
def test_a_young_person_meets_neither_link_nor_page(client, sign_in, cast, who):
    sign_in(client, getattr(cast, who))
    for path in ("/", "/plans/mine"):
        assert "/about" not in client.get(path).get_data(as_text=True)
    assert client.get("/about").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/phone-sign-in", "/c", "/page", "/now/places", "/nowhere", "/c/X"]
)
def test_no_page_without_a_sign_in_names_the_program(client, clock, path):
    shown = client.get(path).get_data(as_text=True)
    assert "/about" not in shown and "Engage" not in shown and "Affero" not in shown


def test_the_unknown_are_sent_to_sign_in(client, clock):
    response = client.get("/about")
    assert (response.status_code, response.location.partition("?")[0]) == (303, "/phone-sign-in")
