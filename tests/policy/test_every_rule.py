"""Every clock of an episode in every pack we ship: from what it runs, how long, for whom.

The table was written from MISSION F5.1 and read beside it; a pack that changes must change it too.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engage.episodes.rules import RUNS_WHILE
from engage.policy.clock_rules import deadline
from engage.policy.queries import names, pack

# pack, clock, hours, from which event, only when, once or again and again
TABLE = """
california danger_check 4 danger_checked - again
california inform_listed_people 24 information_received - once
california inform_partners 24 information_received - once
california recheck 1 worry_opened - again
california report_ncmec 24 information_received - once
california report_ncmec 24 information_received - once
california report_police 24 information_received - once
california report_police 24 information_received - once
california return_notices 24 returned - once
california search_efforts 168 effort_made - again
england danger_check 4 danger_checked - again
england inform_listed_people 24 determined_missing - once
england recheck 1 worry_opened - again
england report_police 0 determined_missing - once
england return_notices 24 returned - once
england search_efforts 24 effort_made - again
kentucky danger_check 4 danger_checked - again
kentucky recheck 1 worry_opened - again
kentucky report_ncmec 24 information_received - once
kentucky report_ncmec 24 information_received - once
kentucky report_police 12 information_received - once
kentucky report_police 24 information_received - once
kentucky return_notices 24 returned - once
kentucky search_efforts 168 effort_made - again
missouri danger_check 4 danger_checked - again
missouri inform_listed_people 24 report_made - once
missouri recheck 1 worry_opened - again
missouri report_ncmec 2 discovered - once
missouri report_ncmec 24 information_received - once
missouri report_police 2 discovered - once
missouri report_police 24 information_received - once
missouri return_notices 24 returned - once
missouri search_efforts 168 effort_made - again
missouri search_efforts 720 effort_made - again
nevada count_as_missing 0 discovered younger_than_6+learning_need+health_need+taken_suspected once
nevada count_as_missing 3 last_contact - once
nevada danger_check 4 danger_checked - again
nevada recheck 1 worry_opened - again
nevada report_ncmec 24 information_received - once
nevada report_ncmec 24 information_received - once
nevada report_police 24 information_received - once
nevada return_notices 24 returned - once
nevada search_efforts 168 effort_made - again
north-dakota danger_check 4 danger_checked - again
north-dakota inform_supervisor 12 information_received - once
north-dakota recheck 1 worry_opened - again
north-dakota report_ncmec 12 information_received - once
north-dakota report_ncmec 24 information_received - once
north-dakota report_police 12 information_received - once
north-dakota report_police 24 information_received - once
north-dakota return_notices 24 returned - once
north-dakota search_efforts 168 effort_made - again
plymouth danger_check 4 danger_checked - again
plymouth inform_listed_people 24 determined_missing - once
plymouth recheck 1 worry_opened - again
plymouth report_police 0 determined_missing - once
plymouth return_notices 24 returned - once
plymouth search_efforts 24 effort_made - again
scotland danger_check 4 danger_checked - again
scotland inform_listed_people 24 determined_missing - once
scotland recheck 1 worry_opened - again
scotland report_police 0 determined_missing - once
scotland return_notices 24 returned - once
scotland search_efforts 24 effort_made - again
us-federal danger_check 4 danger_checked - again
us-federal recheck 1 worry_opened - again
us-federal report_ncmec 24 information_received - once
us-federal report_police 24 information_received - once
us-federal return_notices 24 returned - once
us-federal search_efforts 168 effort_made - again
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
PACKS = sorted({row[0] for row in ROWS})
# An evening before each night on which clocks change, and before and on a leap day.
STARTS = [
    datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 4, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 3, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 12, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
]


def test_every_pack_we_ship_is_in_the_table() -> None:
    assert sorted(names()) == PACKS and len(PACKS) == 9


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_says_what_the_table_says(name: str) -> None:
    found = sorted(
        [name, each.name, f"{each.duration / timedelta(hours=1):g}", str(each.starts_at),
         "+".join(each.only_when) or "-", "again" if each.repeats else "once"]
        for each in pack(name).clocks if each.name in RUNS_WHILE
    )  # fmt: skip
    assert found == sorted(row for row in ROWS if row[0] == name)


@pytest.mark.parametrize("began", STARTS)
@pytest.mark.parametrize("name", PACKS)
def test_each_is_due_so_many_hours_later_whatever_the_clocks_on_the_wall_do(
    name: str, began: datetime
) -> None:
    """Worked out again from the table: of those that hold, the earliest wins."""
    for clock in {row[1] for row in ROWS if row[0] == name}:
        for facts in ((), ("health_need",)):
            holds = [
                row for row in ROWS
                if row[:2] == [name, clock]
                and (row[4] == "-" or set(row[4].split("+")) & set(facts))
            ]  # fmt: skip
            times = {row[3]: began for row in holds}
            found = deadline(pack(name).clocks, clock, times, facts=facts, age=15)
            wanted = min((float(row[2]) for row in holds), default=None)
            if wanted is None:
                assert found is None
                continue
            assert found is not None
            # A duration is a duration, also through a night of 23 or 25 hours.
            assert found.due_at - began == timedelta(hours=wanted)
            for zone in ("Europe/London", "America/Chicago"):
                local = found.due_at.astimezone(ZoneInfo(zone))
                assert local.astimezone(UTC) == found.due_at


def test_a_clock_that_has_not_begun_is_not_due() -> None:
    for name in PACKS:
        for clock in {row[1] for row in ROWS if row[0] == name}:
            assert deadline(pack(name).clocks, clock, {}, facts=(), age=15) is None
