"""Triggers of staffings: what each pack says, at its edges, and what a bad pack is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.policy.queries import check, names, pack
from engage.policy.rules import faults
from engage.policy.trigger_rules import (
    Standing,
    Trigger,
    build_triggers,
    holding,
    next_instant,
    trigger_faults,
)

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CALM = {"is_unknown": True, "missing_since": NOW - DAY, "began": (NOW - DAY,), "age": 16}


def keys(name, now=NOW, **more):
    return [each.key for each in holding(pack(name).staffings, Standing(**{**CALM, **more}), now)]


CASES = [
    ({}, []),
    ({"missing_since": NOW - 30 * DAY}, ["missing_for"]),
    ({"missing_since": NOW - 30 * DAY + timedelta(seconds=1)}, []),
    ({"age": 14}, ["aged_at_most"]),
    ({"age": 15}, []),
    ({"age": None}, ["aged_at_most"]),
    ({"facts": frozenset({"exploitation"})}, ["trafficking"]),
    ({"facts": frozenset({"in_danger"})}, ["elevated_risk"]),
    ({"facts": frozenset({"vulnerable"})}, ["elevated_risk"]),
    ({"facts": frozenset({"health_need"})}, ["elevated_risk"]),
    ({"facts": frozenset({"learning_need"})}, []),
    ({"was_asked": True}, ["asked"]),
    # Whereabouts known: nothing is proposed by itself, but a worker may still ask.
    ({"is_unknown": False, "age": 11, "facts": frozenset({"exploitation"})}, []),
    ({"is_unknown": False, "was_asked": True}, ["asked"]),
    (
        {"age": 13, "facts": frozenset({"exploitation", "in_danger"}), "was_asked": True},
        ["aged_at_most", "trafficking", "asked", "elevated_risk"],
    ),
]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize(("more", "wanted"), CASES)
def test_every_pack_holds_the_five_reasons_of_the_practice_alert(name, more, wanted):
    assert keys(name, **more) == wanted


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        (2, []),
        (3, ["repeated_3"]),
        (4, ["repeated_3"]),
        (5, ["repeated_3", "repeated_5"]),
    ],
)
@pytest.mark.parametrize("name", ["england", "plymouth"])
def test_england_counts_three_and_five_times_in_thirty_days(name, times, wanted):
    began = tuple(NOW - n * DAY for n in range(times))
    assert keys(name, began=began) == wanted
    # One that began exactly thirty days ago counts no more.
    older = (*began[1:], NOW - 30 * DAY)
    assert keys(name, began=older) == keys(name, began=began[1:])


@pytest.mark.parametrize("name", [each for each in names() if each not in ("england", "plymouth")])
def test_elsewhere_how_often_alone_proposes_nothing(name):
    assert keys(name, began=tuple(NOW - n * DAY for n in range(9))) == []


def test_missouris_own_words_go_before_the_default_of_its_country():
    assert {each.pack for each in pack("missouri").staffings} == {"missouri"}
    assert {each.pack for each in pack("nevada").staffings} == {"us-federal"}


def test_time_alone_brings_the_next_reason_at_a_known_instant():
    triggers = pack("england").staffings
    since = NOW - 12 * DAY
    ahead = next_instant(triggers, Standing(**{**CALM, "missing_since": since}), NOW)
    assert ahead == since + 30 * DAY
    assert next_instant(triggers, Standing(**CALM | {"missing_since": since}), ahead) is None


@settings(max_examples=40)
@given(st.integers(0, 40), st.integers(10, 18) | st.none(), st.booleans())
def test_what_held_still_holds_later_while_nobody_knows_where_they_are(days, age, exploited):
    standing = Standing(
        True, NOW - days * DAY, age=age, facts=frozenset({"exploitation"} if exploited else ())
    )
    triggers = pack("missouri").staffings
    now_held = {each.key for each in holding(triggers, standing, NOW)}
    assert now_held <= {each.key for each in holding(triggers, standing, NOW + 5 * DAY)}


GOOD = {"when": "missing_for", "days": 30, "source": "x", "checked_on": date(2026, 1, 1)}
BAD = [
    ({**GOOD, "when": "tuesday"}, "when"),
    ({**GOOD, "days": 0}, "days"),
    ({**GOOD, "days": True}, "days"),
    ({**GOOD, "days": "30"}, "days"),
    ({k: v for k, v in GOOD.items() if k != "days"}, "days"),
    ({**GOOD, "years": 3}, "years"),
    ({**GOOD, "source": ""}, "source"),
    ({**GOOD, "checked_on": "yesterday"}, "checked_on"),
    ({**GOOD, "link": "http://x"}, "link"),
    ({"when": "trafficking", "source": "x", "checked_on": date(2026, 1, 1)}, "facts"),
    (
        {"when": "trafficking", "facts": ["tall"], "source": "x", "checked_on": date(2026, 1, 1)},
        "facts",
    ),
]


@pytest.mark.parametrize(("data", "key"), BAD)
def test_a_bad_trigger_is_named_with_its_key(data, key):
    assert [path for path, _ in trigger_faults([data])] == [f"[0].{key}"]


def test_a_good_trigger_has_no_fault_and_twice_is_one():
    assert trigger_faults([GOOD]) == []
    assert [path for path, _ in trigger_faults([GOOD, GOOD])] == ["[1].when"]
    assert trigger_faults("no") and trigger_faults(["no"])


def test_a_narrower_place_changes_a_number_and_keeps_the_rest():
    base = build_triggers([GOOD, {**GOOD, "when": "asked"}], "wide", ())
    mine = build_triggers([{**GOOD, "days": 7}], "narrow", base)
    assert [(each.key, each.days, each.pack) for each in mine] == [
        ("missing_for", 7, "narrow"),
        ("asked", 30, "wide"),
    ]
    assert isinstance(mine[0], Trigger)


def test_policy_check_names_file_line_and_fault(tmp_path):
    (tmp_path / "town.toml").write_text(
        'title = "Town"\nextends = "england"\nversion = 2026-11-22\n\n'
        '[[staffings]]\nwhen = "missing_for"\ndays = -1\nsource = "x"\nchecked_on = 2026-11-22\n'
    )
    [line] = [line for line in check(str(tmp_path)) if "town" in line]
    assert "town.toml:7:" in line and "staffings[0].days must be a whole number" in line
    assert "staffings" not in {fault.path for fault in faults({"staffings": []}, is_base=False)}
