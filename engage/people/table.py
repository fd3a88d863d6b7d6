"""Who may do what to which record: the table of SAFETY 5 as data, one line an object.

Verbs: C create or append, R read, M read masked, K read totals only, E edit, X revoke or
erase, A approve. Conditions, all of which must hold: o it is the viewer's own record, a an
active relationship (for supervisors and out-of-hours workers: the young person's team),
c the young person shares this section with the viewer, b an open emergency access,
g the same organisation, w the thing itself is the viewer's, n it is not the viewer,
t a team of the viewer, p no young person (a poster), v whoever holds the link or the
poster. A semicolon separates rules.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What someone wants to do."""

    CREATE = "C"
    READ = "R"
    READ_MASKED = "M"
    READ_TOTALS = "K"
    EDIT = "E"
    REVOKE = "X"
    APPROVE = "A"


class Object(StrEnum):
    """What is protected. Numbers as in SAFETY 5."""

    PROFILE = "O1"
    PHONE = "O2"
    PLAN_SHARED = "O3"
    PLAN_PRIVATE = "O4"
    TRUSTED_PEOPLE = "O5"
    SHARING = "O6"
    CHECK_IN = "O7"
    CHECK_IN_WORDS = "O8"
    EPISODE = "O9"
    PROMPT_ANSWERS = "O10"
    INTERVIEW_CHOICE = "O11"
    INTERVIEW_NOTES = "O12"
    FEEDBACK = "O13"
    SUPERVISION_NOTES = "O14"
    ALERT = "O15"
    MESSAGE_LOG = "O16"
    AUDIT_LOG = "O17"
    STAFF = "O18"
    TOTALS = "O19"
    LINKS = "O20"
    EXPORTS = "O21"
    KEYS = "O22"


class Column(StrEnum):
    """In which role someone asks. A worker may hold several."""

    YOUNG_PERSON = "young_person"
    CARER = "carer"
    TRUSTED_PERSON = "trusted_person"
    SOCIAL_WORKER = "social_worker"
    SUPERVISOR = "supervisor"
    OUT_OF_HOURS = "out_of_hours"
    INTERVIEWER = "interviewer"
    ADMIN = "admin"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Rule:
    """These verbs are allowed when all of these conditions hold."""

    verbs: frozenset[Verb]
    conditions: frozenset[str]


# The section of the sharing agreement that covers an object which is no part of the plan.
SECTION_OF = {
    Object.PROFILE: "profile",
    Object.TRUSTED_PEOPLE: "trusted_people",
    Object.CHECK_IN: "check_ins",
    Object.CHECK_IN_WORDS: "check_in_words",
    Object.PROMPT_ANSWERS: "prompt_answers",
    Object.INTERVIEW_CHOICE: "interview_choice",
    Object.INTERVIEW_NOTES: "interview_notes",
}

# Source: SAFETY 5. Two readings of ours: creating needs no share, as there is nothing to share
# yet; and a carer edits an alert of their own, which is how they say that they have it.
_TABLE = """
     | YP     | CA    | TP   | SW         | SM        | OH     | IN         | AD     | QR
O1   | RE o   | R a   | R ac | C g; RE a  | R a       | R a    | R a        | M g    | -
O2   | RE o   | M a   | -    | CRE a      | M a; R b  | R b    | M a        | -      | -
O3   | CRE o  | RE ac | R ac | C a; RE ac | RA a      | R ac   | R ac       | -      | -
O4   | CREX o | -     | -    | R ac; R b  | R b       | R b    | -          | -      | -
O5   | CREX o | R ac  | RX w | R ac       | R b       | R ac   | -          | -      | -
O6   | CREX o | R aw  | R aw | CR a       | R a       | R a    | R aw       | -      | -
O7   | CR o   | R ac  | R ac | R a        | R a       | R a    | -          | -      | C v
O8   | CR o   | R ac  | R ac | R a        | R b       | R a    | -          | -      | C v
O9   | R o    | CR a  | -    | CRE a      | RA a      | CRE a  | R a        | -      | -
O10  | R oc   | CRE a | -    | R a        | R a       | CR a   | R a        | -      | -
O11  | CRE o  | R ac  | -    | RE a       | RE a      | R a    | R aw       | -      | -
O12  | R o    | -     | -    | R ac       | R ac; A a | R b    | C a; RE aw | -      | -
O13  | C o    | -     | -    | K g        | K g       | -      | -          | -      | C v
O14  | -      | -     | -    | C a; RE aw | CRE a     | -      | -          | -      | -
O15  | -      | RE aw | -    | RE a       | RE a      | RE a   | R aw       | K g    | -
O16  | R o    | -     | -    | M a        | M a; R b  | M a    | -          | M g    | -
O17  | R o    | -     | -    | R w        | R a       | R w    | R w        | K g    | -
O18  | -      | -     | -    | -          | R gt; CE gtn| -      | -          | R g; CE gn | -
O19  | -      | -     | -    | K g        | K g       | -      | K g        | K g    | -
O20  | X o    | -     | X w  | CX a       | X a       | CX a   | CX aw      | CX p   | -
O21  | C o    | -     | C w  | C a        | A a       | -      | -          | E g    | -
O22  | -      | -     | -    | -          | -         | -      | -          | E g    | -
"""


def _parse(text: str) -> dict[tuple[Object, Column], tuple[Rule, ...]]:
    lines = [line.split("|") for line in text.strip().splitlines()[1:]]
    return {
        (Object(cells[0].strip()), column): tuple(_rules(cell))
        for cells in lines
        for column, cell in zip(Column, cells[1:], strict=True)
    }


def _rules(cell: str) -> list[Rule]:
    rules = []
    for part in cell.strip().split(";"):
        verbs, _, conditions = part.strip().partition(" ")
        if verbs != "-":
            rules.append(Rule(frozenset(Verb(v) for v in verbs), frozenset(conditions)))
    return rules


TABLE = _parse(_TABLE)


def rules_for(column: Column, verb: Verb, obj: Object) -> list[frozenset[str]]:
    """List the alternative sets of conditions under which this role may do this; none: never.

    Who may read may also read masked.
    """
    wanted = {verb, Verb.READ} if verb is Verb.READ_MASKED else {verb}
    return [rule.conditions for rule in TABLE[obj, column] if rule.verbs & wanted]
