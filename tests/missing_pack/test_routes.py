"""Every address of packs, efforts, searchers, needs and court items, by everybody it is not for."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.efforts import return_actions, searcher_actions
from engage.efforts.models import Effort
from engage.efforts.return_actions import Issued
from engage.efforts.rules import AskedTo, CourtKind, SearcherKind
from engage.efforts.searcher_actions import Asked
from engage.efforts.sweep_actions import begin_lacking
from engage.missing_pack.actions import Override, make_pack
from engage.people.rules import DisclosureReason
from tests.cast import NOW, Cast
from tests.episodes.away import opened
from tests.page import Page
from tests.plans.conftest import MayasPlan, plan  # noqa: F401 - a fixture

OURS = ("missing_pack", "efforts", "searchers", "readying")
# Related to Maya, and yet these are not theirs: what each may not open.
NOT_FOR = {
    "maya": OURS,
    "ade": OURS,
    "adil": OURS,
    "ines": ("missing_pack",),
}


@pytest.fixture
def mayas(plan: MayasPlan) -> dict[str, UUID | str]:  # noqa: F811
    """What there is about Maya, by the name that addresses use for it."""
    cast = plan.cast
    with plan.app.app_context():
        plan.write("maya", "safe", "A door")
        episode, sam = opened(cast), cast.viewer(cast.sam)
        begin_lacking(now=NOW)
        shop = Asked("A shop", SearcherKind.OTHER, [AskedTo.LOOK])
        issued = Issued(CourtKind.WARRANT, "1", "A court", date(2026, 11, 20))
        why = Override(["safe"], DisclosureReason.LAW, "The law asks us for it", "PC Doe")
        found = {
            "episode_id": episode.id,
            "pack_id": make_pack(sam, episode.id, override=why, now=NOW).id,
            "searcher_id": searcher_actions.add_searcher(sam, episode.id, shop, now=NOW).id,
            "item_id": return_actions.note_issued(
                sam, episode.id, issued, today=NOW.date(), now=NOW
            ).id,
            "effort_id": db.session.query(Effort).first().id,
            "person_id": cast.nan_ruth,
            "kind": "bed",
            "fact": "phone",
        }
        db.session.commit()
        return found


def addresses(app: Flask, values: dict[str, UUID | str], parts: tuple[str, ...]) -> list[tuple[str, str]]:  # noqa: E501  # fmt: skip
    """Every address of these parts, with each way to call it."""
    built = app.url_map.bind("localhost")
    return [
        (verb, built.build(rule.endpoint, {name: values[name] for name in rule.arguments}))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in parts
        for verb in sorted(rule.methods & {"GET", "POST"})
    ]


def opens_anything(plan: MayasPlan, person_id: UUID, found: list[tuple[str, str]]) -> list[str]:  # noqa: F811
    browser = plan.sign_in(plan.app.test_client(), person_id)
    token = Page(browser.get("/c")).form().values["csrf_token"][0]
    data = {"csrf_token": token, "words": "x", "unknown": "1"}
    answers = ((verb, path, browser.open(path, method=verb, data=data)) for verb, path in found)
    return [f"{verb} {path}: {a.status_code}" for verb, path, a in answers if a.status_code != 404]


def test_zed_finds_nothing(plan: MayasPlan, cast: Cast, mayas) -> None:  # noqa: F811
    found = addresses(plan.app, mayas, OURS)
    assert len(found) >= 25, "the walk must meet every address"
    for name, person_id in cast.strangers.items():
        assert opens_anything(plan, person_id, found) == [], name


@pytest.mark.parametrize("name", NOT_FOR)
def test_who_is_related_opens_only_what_is_theirs(plan, cast, mayas, name) -> None:  # noqa: F811
    found = addresses(plan.app, mayas, NOT_FOR[name])
    assert opens_anything(plan, getattr(cast, name), found) == []


def test_a_carer_opens_no_pack_that_overrides_and_nothing_of_a_court(plan, cast, mayas) -> None:  # noqa: F811
    found = [
        (verb, path)
        for verb, path in addresses(plan.app, mayas, OURS)
        if "court" in path or "/packs/" in path or path.endswith("/more")
    ]
    assert len(found) >= 8
    assert opens_anything(plan, cast.jo, found) == []
