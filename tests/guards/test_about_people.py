"""Nothing about a young person is outside: every table is in the export, and all words have a
time after which they go. What is not is argued here, in one line each. See decisions 65 and 137."""

from engage.crypto import sealed
from engage.db import Base
from engage.operators import keeping
from engage.operators.keys import sealed_columns
from engage.operators.whole_record import LEFT_OUT, load_every_table, ways_to_the_young_person

# Words that no retention kind erases, and why. Short on purpose: words need a time.
KEPT_OTHERWISE = {
    "care_records": "what statutory returns ask for, as long as they are looked after here",
    "disclosures": "a row goes whole, see Kept.DISCLOSURES",
    "emergency_uses": "why somebody opened a record without a yes: as long as the audit",
    "export_parts": "copies for other systems: gone after a day, see exports.forget_exports",
    "links": "codes of links end with their link",
    "login_sessions": "goes a day after it ended",
    "people": "the person, as long as they are looked after here",
    "placements": "the home, as long as they are looked after here",
    "plan_agreements": "the plan: until the placement ends and it is exported (SAFETY 10)",
    "plan_answers": "the plan: as above",
    "plan_drafts": "goes after a day, see forgetting.drop_drafts",
    "plan_opinions": "the plan: as above",
    "plan_person_terms": "the plan: as above",
    "plan_photos": "see photos.forget_photos",
    "plan_reviews": "the plan: as above",
    "plan_versions": "the plan: as above",
    "ready_steps": "the plan: the next step for coming back",
    "share_proposals": "the sharing agreement, part of the plan",
    "young_prompts": "the plan: prompts about one young person",
    "accounts": "how staff sign in",
    "inbound_messages": "bodies go as texts; the number finds a phone that said STOP",
}
# Tables with a key to somebody that are not about a young person.
NOT_ABOUT = {
    "feedback_posters": "about a place",
    "operator_alarms": "about the installation",
}


def about_somebody() -> set[str]:
    """Every table with a key that leads to a person or to a time away."""
    load_every_table()
    leads = {"people"}
    while more := {
        t.name
        for t in Base.metadata.sorted_tables
        for c in t.c
        for f in c.foreign_keys
        if t.name not in leads
        and (f.column.table.name in leads - {"people"} or c.name == "young_person_id")
    }:
        leads |= more
    return leads


def test_every_table_about_a_young_person_is_in_the_export_or_argued() -> None:
    outside = about_somebody() - set(ways_to_the_young_person()) - set(LEFT_OUT) - set(NOT_ABOUT)
    assert not outside, (
        f"{sorted(outside)}: about somebody, yet not in `engage retention export`. Give the table "
        "a young_person_id or a key that leads to one, or argue in whole_record.LEFT_OUT."
    )


def test_nothing_is_argued_away_that_does_not_exist() -> None:
    load_every_table()
    tables = set(Base.metadata.tables)
    assert set(LEFT_OUT) | set(KEPT_OTHERWISE) | set(NOT_ABOUT) <= tables
    assert not set(LEFT_OUT) & {words.table.__tablename__ for words in keeping.words_kept()}


def words_of_tables() -> set[tuple[str, str]]:
    """Every sealed column of a table about somebody."""
    load_every_table()
    named = {(c.table.name, c.column.name) for c in sealed_columns() if _is_declared(c)}
    return {(table, column) for table, column in named if table in ways_to_the_young_person()}


def _is_declared(place) -> bool:
    for mapper in Base.registry.mappers:
        if mapper.local_table is place.table:
            for owner in mapper.class_.__mro__:
                for declared in vars(owner).values():
                    if isinstance(declared, sealed) and (
                        mapper.columns[declared.attribute] is place.column
                    ):
                        return True
    return False


def erased() -> dict[tuple[str, str], list[str]]:
    """Which kinds erase which sealed column; a row that goes whole takes all of its own along."""
    found: dict[tuple[str, str], list[str]] = {}
    for words in keeping.words_kept():
        table = words.table.__table__
        names = [getattr(words.table, n).property.columns[0].name for n in words.empties]
        for name in names or [c.name for c in table.c]:
            found.setdefault((table.name, name), []).append(words.kind)
    return found


def test_all_words_about_a_young_person_have_one_time_after_which_they_go_or_are_argued() -> None:
    goes = erased()
    words = sorted(words_of_tables())
    untimed = [f"{t}.{c}" for t, c in words if (t, c) not in goes and t not in KEPT_OTHERWISE]
    assert not untimed, (
        f"{untimed}: words about somebody that no retention kind erases. Add them to "
        "engage/operators/keeping.py (decision 65), or argue in KEPT_OTHERWISE."
    )
    twice = {f"{t}.{c}": goes[t, c] for t, c in words if len(goes.get((t, c), [])) > 1}
    assert not twice, f"kept under more than one kind: {twice}"
