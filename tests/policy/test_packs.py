"""Policy packs: every rule with its source and date, and faults named with their line."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from engage.policy import queries
from engage.policy.queries import BadPack, check, names, pack
from engage.policy.rules import STEPS, Fault, Pack

OURS = (
    "california", "england", "kentucky", "missouri", "nevada", "north-dakota", "plymouth",
    "scotland", "us-federal",
)  # fmt: skip


def test_our_packs_are_all_there_and_without_fault() -> None:
    assert tuple(names()) == OURS
    assert check() == []


@pytest.mark.parametrize("name", OURS)
def test_every_rule_and_number_names_its_source_and_date(name: str) -> None:
    found = pack(name)
    assert found.clocks
    for clock in found.clocks:
        assert clock.source
        assert clock.since <= date(2026, 11, 22)
        assert clock.duration >= timedelta(0)
    for line in found.helplines:
        assert line.source and line.checked_on
        assert line.phone or line.text
    assert found.emergency in ("999", "911")


@pytest.mark.parametrize("name", OURS)
def test_every_alert_has_a_full_chain_and_danger_tells_several_at_once(name: str) -> None:
    alerts = pack(name).alerts
    for kind in ("talk", "sos", "not_ok", "texts_off"):
        steps = [step for level in alerts.levels(kind) for step in level]
        assert sorted(steps) == sorted(STEPS)
    assert alerts.levels("talk") == tuple((step,) for step in STEPS)
    assert set(alerts.levels("sos")[0]) == {"check_in", "carer", "social_worker"}
    assert alerts.levels("texts_off")[0] == ("social_worker",)
    for level in alerts.levels("sos"):
        assert timedelta(minutes=1) <= alerts.wait(level) <= timedelta(hours=1)


def hours(found: Pack, name: str) -> float:
    return found.strictest(name).duration / timedelta(hours=1)


def test_the_strictest_rule_wins_and_says_whose_it_is() -> None:
    assert hours(pack("us-federal"), "report_police") == 24
    missouri = pack("missouri")
    assert hours(missouri, "report_police") == 2
    assert missouri.strictest("report_police").source == "RSMo 210.795"
    assert missouri.strictest("report_police").pack == "missouri"
    assert len(missouri.rules_for("report_police")) == 2
    assert hours(pack("england"), "return_interview") == 72
    assert hours(pack("plymouth"), "return_interview") == 48
    assert next(c.only_when for c in pack("plymouth").rules_for("return_interview"))
    with pytest.raises(KeyError):
        pack("england").strictest("report_ncmec")


def test_a_pack_has_what_the_wider_pack_has() -> None:
    assert pack("plymouth").emergency == "999"
    assert pack("missouri").helplines == pack("us-federal").helplines
    assert pack("plymouth").alerts == pack("england").alerts
    assert pack("scotland").words["interview"][0] == "return discussion"


def test_helplines_speak_the_readers_language() -> None:
    line = pack("england").helplines[0]
    assert "Free" in line.note_in("en")
    assert "Am ddim" in line.note_in("cy")
    assert line.note_in("so") == line.note_in("en")
    assert pack("england").helplines[1].name_in("ar") == "Childline"


def test_a_local_pack_adds_to_ours_and_may_replace_it(tmp_path: Path) -> None:
    (tmp_path / "smalltown.toml").write_text(
        'title = "Smalltown"\nextends = "england"\nversion = 2026-01-01\n'
        "[alerts.wait_minutes]\ncarer = 3\n[alerts.together]\ntalk = ['carer', 'supervisor']\n"
        "[alerts]\nnag_minutes = 5\n".replace("[alerts]\nnag_minutes = 5\n", "")
    )
    found = pack("smalltown", str(tmp_path))
    assert found.alerts.wait(("carer",)) == timedelta(minutes=3)
    assert found.alerts.levels("talk")[0] == ("carer", "supervisor")
    assert "smalltown" in names(str(tmp_path))
    queries.use_directory(str(tmp_path))
    try:
        assert pack("smalltown").title == "Smalltown"
    finally:
        queries.use_directory("")


BASE = (queries.PACKS / "england.toml").read_text()


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("hours = 72", "hours = 'many'"), "hours", "whole number"),
        (("[[clocks]]\nname = \"plan_due\"\nhours = 72", "[[clocks]]\nname = \"plan_due\""),
         "plan_due", "exactly one"),
        (("emergency = \"999\"\n", ""), "", "emergency is missing"),
        (("carer = 10", "carer = 0"), "carer = 0", "above 0"),
        (("carer = 10", "nanny = 10"), "nanny", "not a step"),
        (("[words]", "[wordz]"), "", "not a part"),
        (("sos = [\"check_in\", \"carer\", \"social_worker\"]", "sos = [\"police\"]"), "police",
         "steps of the chain"),
        (("source = \"childline.org.uk\"\n", ""), "Childline", "source is missing"),
        (("version = 2026-11-22", "version = 'new'"), "version", "must be a date"),
        (("title = \"England\"", "title = \"England"), "title", ""),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_file_and_line(
    change: tuple[str, str], line: str, words: str, tmp_path: Path
) -> None:
    assert change[0] in BASE
    text = BASE.replace(*change, 1)
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(BadPack) as caught:
        pack("bad", str(tmp_path))
    first = caught.value.problems[0]
    file, number, said = first.split(":", 2)
    assert file == str(path)
    assert words in said
    around = text.splitlines()[max(int(number) - 3, 0) : int(number) + 3]
    assert not line or any(line in each for each in around)
    assert first in check(str(tmp_path))


def test_a_pack_that_is_not_there_or_turns_in_a_circle_is_refused(tmp_path: Path) -> None:
    for name in ("nowhere", "../england", "", "x" * 100):
        with pytest.raises(BadPack, match="there is no such policy pack"):
            pack(name)
    circle = 'title = "x"\nversion = 2026-01-01\nextends = "{}"\n'
    (tmp_path / "one.toml").write_text(circle.format("two"))
    (tmp_path / "two.toml").write_text(circle.format("one"))
    with pytest.raises(BadPack, match="extends itself"):
        pack("one", str(tmp_path))


def test_a_fault_reads_as_a_sentence() -> None:
    assert Fault("clocks[0].hours", "must be a whole number above 0").path == "clocks[0].hours"


@pytest.mark.parametrize("name", OURS)
def test_a_person_the_young_person_chose_hears_nothing_of_what_the_law_asks(name: str) -> None:
    alerts = pack(name).alerts
    for kind in ("worried", "not_back", "due", "look_again", "call_carer"):
        steps = [step for level in alerts.levels(kind) for step in level]
        assert "check_in" not in steps
        assert {"out_of_hours", "social_worker", "supervisor"} <= set(steps)
    assert alerts.levels("look_again")[0] == ("carer",)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ('[alerts.never]\ndue = ["press"]', "must name steps"),
        ('[alerts.never]\nsos = ["carer"]', "must leave somebody"),
        (
            f"[alerts.never]\nx = {list(STEPS)}",
            "must leave somebody",
        ),
    ],
)
def test_a_pack_cannot_leave_everybody_out(words: str, problem: str, tmp_path: Path) -> None:
    text = BASE[: BASE.index("[alerts.never]")] + words + "\n"
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(BadPack, match=problem):
        pack("bad", str(tmp_path))
