"""The pages on which somebody says who was told, as those who tell them use them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.episodes.models import Episode
from engage.people.models import Organisation
from tests.cast import Cast
from tests.episodes.away import become, clocks
from tests.evidence.telling import notices
from tests.page import Page, follow, stands_in

Missing = Callable[..., dict[str, str]]
Browse = Callable[[str], FlaskClient]

CONTACT = {"route": "phone", "agency": "Northtown station", "name": "PC Doe", "badge": "4711"}
NUMBERS = {"report_number": "NP-1234", "ncic_asked": "yes", "ncic_number": "M100200300"}
SENT = {"what_was_sent": "Her photo and what she wore", "reported_by": "Sam"}


def tell_police(client: FlaskClient, address: str) -> Page:
    """Go through the pages of the police, one after the other."""
    page = Page(client.get(address)).click(client, "I told them")
    page = page.form().fill(CONTACT).send(client)
    assert page.path == f"{address}/numbers"
    page = page.form().fill(NUMBERS).send(client)
    assert page.path == f"{address}/sent"
    return page.form().fill(SENT).send(client)


def test_the_police_are_told_page_by_page_and_their_clock_ends_with_it(
    app: Flask, missing: Missing, browse: Browse, clock: time_machine.Traveller
) -> None:
    there, sam = missing(), browse("sam")
    page = Page(sam.get(there["episode"]))
    assert "Who has been told" in page and "Say below whom you told." in page
    clock.shift(timedelta(minutes=10))
    page = tell_police(sam, there["police"])
    assert page.path == there["police"]
    for words in ("Told", "NP-1234", "PC Doe", "4711", "By phone", "M100200300", "Sam"):
        assert words in page
    page = Page(sam.get(there["episode"]))
    assert "Reported to the police" in page
    with app.app_context():
        row = clocks(db.session.query(Episode).one())["report_police"]
        assert row.stage == "done" and row.reason is None


def test_the_episode_shows_who_was_told_with_one_tap_into_each(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    page = Page(sam.get(there["episode"]))
    assert page.link("The police") == there["police"]
    assert page.link("The national centre (NCMEC)") == there["ncmec"]
    assert page.link("The juvenile officer") == there["juvenile_officer"]
    listed = page.click(sam, "All of it on one page, to print")
    assert listed.heading == "Who has been told"
    assert "Due by" in listed and "No time is set for it yet." in listed


def test_half_of_it_is_kept_and_what_is_blank_is_named(missing: Missing, browse: Browse) -> None:
    there, sam = missing(), browse("sam")
    page = Page(sam.get(f"{there['police']}/contact")).form().fill(route="phone").send(sam)
    assert page.path == f"{there['police']}/numbers"
    page = Page(sam.get(there["police"]))
    assert "Told, something is blank" in page
    assert "Still blank: Who it was told to, Which station or office, Number of the report" in page
    episode = Page(sam.get(there["episode"]))
    assert "Report to the police" in episode  # still due
    again = Page(sam.get(f"{there['police']}/contact"))
    assert again.form().values["route"] == ["phone"]


def test_a_time_nobody_can_have_been_told_at_is_said_beside_the_field_and_all_else_kept(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    for on, at, words in (
        ("2026-11-23", "09:00", "This time has not come yet."),
        ("2024-01-01", "09:00", "This is more than a year ago."),
        ("2026-11-22", "soon", "Write the day and the time"),
    ):
        form = Page(sam.get(f"{there['police']}/contact")).form().fill(CONTACT)
        form.values.update({"on": [on], "at": [at]})
        answer = Page(form.submit(sam))
        assert answer.status == 400
        assert any(words in each for each in answer.errors), answer.errors
        kept = answer.form().values
        assert kept["name"] == ["PC Doe"] and kept["on"] == [on] and kept["at"] == [at]
    assert "To do" in Page(sam.get(there["police"]))


def test_a_correction_needs_a_reason_and_keeps_what_was_first_noted(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    page = tell_police(sam, there["police"])
    page = page.click(sam, "What number did they give it?")
    answer = Page(page.form().fill(report_number="NP-1243").submit(sam))
    assert answer.status == 400
    assert "Say why it is changed. What was noted first is kept." in answer.errors
    form = answer.form().fill(correction="Two digits were the wrong way round")
    page = form.send(sam)
    assert "NP-1243" in page and "As first noted" in page and "NP-1234" in page
    assert "Because: Two digits were the wrong way round" in page


def test_a_corrected_time_keeps_the_first_one_and_moves_the_report(
    app: Flask, missing: Missing, browse: Browse, clock: time_machine.Traveller
) -> None:
    there, sam = missing(), browse("sam")
    tell_police(sam, there["police"])
    clock.shift(timedelta(hours=1))
    sam = browse("sam")
    form = Page(sam.get(f"{there['police']}/contact")).form()
    assert form.values["at"] == ["18:00"]
    page = form.fill(at="18:20", correction="She looked at her phone").send(sam)
    assert "As first noted" in page and "18:20" in page and "18:00" in page
    times = Page(sam.get(there["episode"]))
    assert "Reported to the police" in times and "18:20" in times


def test_a_refusal_names_who_and_the_step_that_follows_and_stays_due(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    page = Page(sam.get(there["police"])).click(sam, "They would not take it")
    assert "Then turn to the highway patrol's MULES trainer." in page
    page = page.form().fill(
        refused_by="Sgt Roe", refused_why="Call again tomorrow",
        escalated_to="MULES desk: they will",
    ).send(sam)  # fmt: skip
    assert "It is still due." in page
    for words in ("Sgt Roe", "Call again tomorrow", "MULES desk: they will"):
        assert words in page
    assert "They would not take it" in Page(sam.get(there["episode"]))
    # Then somebody took it after all.
    page = tell_police(sam, there["police"])
    assert "Sgt Roe" in page and "NP-1234" in page
    assert sam.get(f"{there['police']}/refused").status_code == 404


def test_nobody_is_left_out_without_a_reason(missing: Missing, browse: Browse) -> None:
    there, sam = missing("england"), browse("sam")
    page = Page(sam.get(there["parents"])).click(sam, "Not safe to tell, or not needed")
    answer = Page(page.form().submit(sam))
    assert answer.status == 400 and answer.errors == ["Pick the reason."]
    answer = Page(page.form().fill(why="not_safe").submit(sam))
    assert answer.status == 400 and answer.errors == ["Say why. A few words are enough."]
    assert answer.form().values["why"] == ["not_safe"]
    page = answer.form().fill(words="A court said that he may not know").send(sam)
    assert "Not safe to tell" in page and "A court said that he may not know" in page


def test_a_ready_reason_needs_no_more_words(missing: Missing, browse: Browse) -> None:
    there, sam = missing("england"), browse("sam")
    page = Page(sam.get(f"{there['host_authority']}/not"))
    assert "never_told" not in page.form().options("why")  # only of a return
    page = page.form().fill(why="nobody_there").send(sam)
    assert "Not needed" in page
    assert "There is nobody to tell, or nothing to call back" in page


def test_leaving_out_the_police_waits_for_a_supervisor(missing: Missing, browse: Browse) -> None:
    there, sam, sue = missing(), browse("sam"), browse("sue")
    form = Page(sam.get(f"{there['police']}/not")).form()
    page = form.fill(why="not_safe", words="Her cousin works at the desk").send(sam)
    assert "A supervisor looks at it" in page
    assert "Report to the police" in Page(sam.get(there["episode"]))
    asked = Page(sue.get(there["police"]))
    assert "Her cousin works at the desk" in asked
    answer = Page(asked.form().submit(sue, press="refuse"))
    assert answer.status == 400 and "Say why. A few words are enough." in answer.errors
    asked.form().fill(words="Call the next county").send(sue, press="refuse")
    page = Page(sam.get(there["police"]))
    assert "No: they must be told" in page and "Call the next county" in page
    Page(sam.get(f"{there['police']}/not")).form().fill(
        why="know_already"
    ).send(sam)  # fmt: skip
    done = Page(sue.get(there["police"])).form().send(sue, press="agree")
    assert "Not needed" in done


def test_a_late_one_asks_what_held_it_up(
    missing: Missing, browse: Browse, clock: time_machine.Traveller
) -> None:
    there, sam = missing("england"), browse("sam")
    clock.shift(timedelta(hours=30))
    sam = browse("sam")
    page = Page(sam.get(there["parents"]))
    assert "Overdue" in page
    page = page.click(sam, "I told them").form().fill(route="phone", name="Mum").send(sam)
    assert "It was late. What held it up?" in page
    page = page.form().fill(what_was_sent="That she is away").send(sam)
    assert "Still blank: Why it was late" in page
    form = Page(sam.get(f"{there['parents']}/sent")).form()
    page = form.fill(late_reason="The number was an old one").send(sam)
    assert "Still blank" not in page and "The number was an old one" in page


def test_a_further_contact_is_noted_with_when_the_next_one_is(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    page = tell_police(sam, there["police"]).click(sam, "You were in touch again")
    page = page.form().fill(follow_up="DC Lee: no news", next_contact="2026-11-23").send(sam)
    page = page.click(sam, "You were in touch again")
    page = page.form().fill(follow_up="DC Lee: a sighting").send(sam)
    assert "DC Lee: a sighting" in page and "DC Lee: no news" in page
    assert "2026-11-23" in page
    ncmec = Page(sam.get(there["ncmec"]))
    assert "You were in touch again" not in ncmec.links
    assert sam.get(f"{there['ncmec']}/follow_up").status_code == 404


def test_after_the_return_everybody_hears_and_each_says_why(
    app: Flask, cast: Cast, missing: Missing, browse: Browse, clock: time_machine.Traveller
) -> None:
    there, sam = missing(), browse("sam")
    tell_police(sam, there["police"])
    with app.app_context():
        become(cast, db.session.query(Episode).one(), "returned")
    page = Page(sam.get(f"{there['episode']}/told"))
    assert "Tell them, so that no one is stopped for being missing when they are not." in page
    for words in ("School or college", "The court, so that warrants are called back",
                  "Those who treat or help them, also out of hours"):  # fmt: skip
        assert words in page
    with app.app_context():
        back = notices(db.session.query(Episode).one(), "returned")["school"].id
    clock.shift(timedelta(minutes=5))
    form = Page(sam.get(f"{there['episode']}/told/{back}/contact")).form()
    answer = Page(form.fill(on="2026-11-22", at="17:00").submit(sam))
    assert "This is before they came back. Look at the date and time." in answer.errors
    page = answer.form().fill({"on": "", "at": "", "route": "phone", "name": "Ms Hay"}).send(sam)
    assert page.path.endswith(str(back)) and "Ms Hay" in page


def test_closing_is_refused_in_words_while_somebody_is_left(
    app: Flask, cast: Cast, missing: Missing, browse: Browse
) -> None:
    there, sam = missing("england"), browse("sam")
    with app.app_context():
        become(cast, db.session.query(Episode).one(), "returned")
    page = Page(sam.get(there["episode"]))
    answer = Page(page.form(f"{there['episode']}/close").submit(sam))
    assert answer.status == 400
    assert "Somebody has not been told yet, or something about it is blank." in answer


def test_a_carer_tells_the_police_and_reads_only_their_own_words(
    missing: Missing, browse: Browse
) -> None:
    there, sam, jo = missing(), browse("sam"), browse("jo")
    tell_police(jo, there["police"])
    Page(sam.get(f"{there['listed_people']}/not")).form().fill(
        why="not_safe", words="Jo must not read this"
    ).send(sam)  # fmt: skip
    tell = Page(sam.get(f"{there['ncmec']}/contact")).form()
    tell.fill(route="web", name="Desk seven").send(sam)
    page = Page(jo.get(f"{there['episode']}/told"))
    assert "NP-1234" in page and "Not safe to tell" in page
    assert "Jo must not read this" not in page and "Desk seven" not in page
    for to in ("listed_people", "ncmec"):
        text = Page(jo.get(there[to])).text
        assert "Jo must not read this" not in text and "Desk seven" not in text
    asked = Page(jo.get(f"{there['ncmec']}/contact")).form()
    assert asked.values.get("name", [""]) == [""] and "correction" in asked.names
    assert jo.get(f"{there['parents'] if 'parents' in there else there['police']}/not"
                  ).status_code == 404  # fmt: skip


def test_a_supervisor_sees_the_gaps_of_all_episodes(
    missing: Missing, browse: Browse, clock: time_machine.Traveller
) -> None:
    there = missing()
    page = Page(browse("sue").get("/missing/gaps"))
    assert page.link("Maya: The police") == there["police"]
    assert "Due by" in page
    clock.shift(timedelta(hours=3))
    sue = browse("sue")
    assert "Overdue" in Page(sue.get("/missing/gaps"))
    assert browse("jo").get("/missing/gaps").status_code == 404


def test_zed_and_those_without_a_part_in_it_find_nothing(missing: Missing, browse: Browse) -> None:
    there = missing()
    for who in ("zed_worker", "zed_carer", "zed_young", "far_zed_worker", "maya", "ines", "adil",
                "kits_worker", "kits_carer"):  # fmt: skip
        zed = browse(who)
        assert zed.get(f"{there['episode']}/told").status_code == 404
        for end in ("", "/contact", "/refused", "/not", "/files"):
            assert zed.get(there["police"] + end).status_code == 404, (who, end)
        token = Page(zed.get("/c")).form().values["csrf_token"][0]
        said = {"csrf_token": token, "why": "other", "words": "x", "do": "agree"}
        for end in ("/contact", "/numbers", "/refused", "/not", "/look", "/files"):
            assert zed.post(there["police"] + end, data=said).status_code == 404, (who, end)
    assert not stands_in("Maya", browse("zed_worker").get("/missing/gaps").get_data(as_text=True))
    assert "To do" in Page(browse("sam").get(there["police"]))


def test_a_notice_of_another_episode_is_not_found_under_this_one(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    other = there["police"].replace(there["episode"].split("/")[2], there["police"].split("/")[4])
    assert sam.get(other).status_code == 404
    assert sam.get(f"{there['police']}/nonsense").status_code == 404


@pytest.mark.parametrize("policy", ["england", "missouri", "california", "nevada", "plymouth"])
def test_every_page_of_every_notice_can_be_read(
    app: Flask, missing: Missing, browse: Browse, policy: str
) -> None:
    there, sam = missing(policy, facts=("exploitation",)), browse("sam")
    for to, address in there.items():
        if to == "episode":
            continue
        page = Page(sam.get(address))
        assert page.heading and "Because:" in page
        asked = page.click(sam, "I told them")
        while "/told/" in asked.path and asked.path != address:
            asked = follow(sam, asked.form().fill(_enough(asked)).submit(sam))
        assert "Still blank" not in asked, (to, asked.main_text)
    with app.app_context():
        assert db.session.query(Organisation).count() == 2


def _enough(page: Page) -> dict[str, str]:
    form, found = page.form(), {}
    for name in form.names - {"csrf_token", "on", "at", "correction"}:
        options = form.options(name)
        found[name] = options[0] if options else "Something"
    return found
