"""Who must be told, as the packs say it; and faults named with their line."""

from datetime import date
from pathlib import Path

import pytest

from engage.policy import queries
from engage.policy.notice_rules import (
    CLOCK_OF_PHASE,
    TOLD,
    notice_data,
    notice_faults,
    notice_from,
    together,
    twice_named,
)
from engage.policy.queries import BadPack, check, names, pack

LISTED = ("parents", "attorneys", "casa", "tribe", "siblings", "court")
BACK = (
    "police", "ncmec", "parents", "court", "treatment_team", "school", "warrants", "staffings",
)  # fmt: skip
UK = ("police", "parents", "placing_authority", "host_authority")


@pytest.mark.parametrize(
    ("name", "missing", "returned"),
    [
        ("us-federal", ("police", "ncmec"), BACK),
        ("missouri", ("police", "ncmec", "listed_people", "juvenile_officer"),
         (*BACK, "juvenile_officer", "listed_people")),
        ("california", ("police", "ncmec", *LISTED, "highway_patrol", "task_force"),
         (*BACK, "highway_patrol", "task_force", "attorneys", "casa", "tribe", "siblings")),
        ("kentucky", ("police", "ncmec"), BACK),
        ("north-dakota", ("police", "ncmec", "supervisor"), (*BACK, "supervisor")),
        ("nevada", ("police", "ncmec"), BACK),
        ("england", UK, (*UK, "treatment_team", "school", "staffings")),
        ("scotland", UK, (*UK, "treatment_team", "school", "staffings")),
        ("plymouth", UK, (*UK, "treatment_team", "school", "staffings")),
    ],
)  # fmt: skip
def test_each_pack_names_whom_to_tell(
    name: str, missing: tuple[str, ...], returned: tuple[str, ...]
) -> None:
    found = pack(name).notices
    assert {each.to for each in found if each.phase == "missing"} == set(missing)
    assert {each.to for each in found if each.phase == "returned"} == set(returned)
    assert len({(each.to, each.phase) for each in found}) == len(found)


@pytest.mark.parametrize("name", names())
def test_every_notice_has_a_source_a_day_and_a_clock_that_something_sets(name: str) -> None:
    found = pack(name)
    clocks = {clock.name for clock in found.clocks}
    for each in found.notices:
        assert each.source and each.since <= date(2026, 11, 22)
        assert each.clock in clocks and each.clock in CLOCK_OF_PHASE[each.phase]
        assert each.to in TOLD
        assert not each.link or each.link.startswith("https://")


def test_the_narrower_place_has_its_own_word_on_somebody() -> None:
    missouri = {(each.to, each.phase): each for each in pack("missouri").notices}
    assert missouri["police", "missing"].source == "RSMo 210.795"
    assert missouri["police", "missing"].escalate_to == "highway_patrol_trainer"
    assert missouri["police", "returned"].pack == "us-federal"
    assert pack("us-federal").notices[0].escalate_to == "their_supervisor"


def test_a_task_force_is_told_where_exploitation_is_feared() -> None:
    found = next(e for e in pack("california").notices if e.to == "task_force")
    assert found.holds(["exploitation"], 15) and not found.holds([], 15)


@pytest.mark.parametrize("name", names())
def test_a_notice_kept_is_the_notice_that_was(name: str) -> None:
    for each in pack(name).notices:
        assert notice_from(notice_data(each)) == each


def test_no_word_of_a_pack_is_a_label_that_harms() -> None:
    for each in (notice for name in names() for notice in pack(name).notices):
        for word in ("runaway", "awol", "abscond"):
            assert word not in each.source.lower()


GOOD = {
    "to": "police", "phase": "missing", "clock": "report_police", "source": "a law",
    "checked_on": date(2026, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"to": "polise"}, "to", "is not known"),
        ({"to": ""}, "to", "is missing"),
        ({"phase": "gone"}, "phase", "is not known"),
        ({"clock": "return_notices"}, "clock", "must be one of"),
        ({"phase": "returned"}, "clock", "must be one of: return_notices"),
        ({"source": ""}, "source", "is missing"),
        ({"evidence": ["shoe_size"]}, "evidence", "unknown word: shoe_size"),
        ({"evidence": "agency"}, "evidence", "must be a list of words"),
        ({"only_when": ["tall"]}, "only_when", "unknown word: tall"),
        ({"escalate_to": "nobody"}, "escalate_to", "is not known"),
        ({"phone": 101}, "phone", "must be text"),
        ({"link": "http://x"}, "link", "https://"),
        ({"hours": 2}, "hours", "is not a part of a notice"),
        ({"checked_on": "soon"}, "checked_on", "must be a date"),
    ],
)
def test_what_is_wrong_with_a_notice_is_named(change: dict, key: str, words: str) -> None:
    found = notice_faults({**GOOD, **change})
    assert any(at == key and words in said for at, said in found), found
    assert notice_faults(GOOD) == []


def test_a_notice_without_a_day_is_refused() -> None:
    without = {k: v for k, v in GOOD.items() if k != "checked_on"}
    assert any(at == "effective" for at, _ in notice_faults(without))


def test_somebody_named_twice_for_one_phase_is_found() -> None:
    assert twice_named([GOOD, {**GOOD, "to": "ncmec"}, GOOD]) == [2]
    assert twice_named([GOOD, {**GOOD, "phase": "returned"}]) == []


def test_the_wider_place_adds_whom_the_narrow_one_does_not_name() -> None:
    wide, narrow = pack("us-federal").notices, pack("missouri").notices
    assert len(together(narrow, wide)) == len(narrow)
    assert together((), wide) == wide


LOCAL = 'title = "Smalltown"\nextends = "england"\nversion = 2026-01-01\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (('[[notices]]\nto = "polise"\nphase = "missing"\nclock = "report_police"\n'
         'source = "x"\nchecked_on = 2026-01-01\n'), 5, "to is not known"),
        (('[[notices]]\nto = "school"\nphase = "missing"\nclock = "report_ncmec"\n'
         'source = "x"\nchecked_on = 2026-01-01\n'), 7, "is set by no rule"),
        (('[[notices]]\nto = "school"\nphase = "missing"\nclock = "report_police"\n'
         'checked_on = 2026-01-01\n'), 4, "source is missing"),
        ('notices = "everybody"\n', 4, "must be tables"),
        ("notices = [1, 2]\n", 4, "must be tables"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line(
    text: str, line: int, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "smalltown.toml"
    path.write_text(LOCAL + text)
    with pytest.raises(BadPack) as caught:
        pack("smalltown", str(tmp_path))
    assert caught.value.problems[0].startswith(f"{path}:{line}:")
    assert words in caught.value.problems[0]
    assert caught.value.problems[0] in check(str(tmp_path))


def test_a_local_pack_may_name_more_people(tmp_path: Path) -> None:
    (tmp_path / "smalltown.toml").write_text(
        LOCAL + '[[notices]]\nto = "court"\nphase = "missing"\nclock = "inform_listed_people"\n'
        'source = "Smalltown, 2026"\nchecked_on = 2026-01-01\n'
    )
    found = pack("smalltown", str(tmp_path)).notices
    assert found[0].to == "court" and len(found) == len(pack("england").notices) + 1
    assert queries.check(str(tmp_path)) == []
