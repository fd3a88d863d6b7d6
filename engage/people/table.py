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
    IMPORTANT_PEOPLE = "O23"
    DISCLOSURE = "O24"
    QUESTIONS = "O25"
    OUTREACH = "O26"
    WAY_BACK = "O27"
    MISSING_PACK = "O40"
    EFFORTS = "O41"
    COURT_ITEMS = "O42"
    YOUNG_PROMPTS = "O43"
    FEEDBACK_CONCERN = "O44"
    SEARCH_LINK = "O45"
    NEXT_STEPS = "O48"
    SAFEGUARDING = "O49"
    SAFE_AND_WELL = "O46"
    CARER_VIEW = "O47"
    EVIDENCE = "O50"
    STAFFING = "O51"
    MEETING_GUEST = "O52"
    FACILITATORS = "O58"
    SAME_PLACE = "O62"
    REFERRAL = "O59"
    WELFARE = "O60"
    HELP = "O61"


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
    Object.IMPORTANT_PEOPLE: "important_people",
    Object.CHECK_IN: "check_ins",
    Object.CHECK_IN_WORDS: "check_in_words",
    Object.PROMPT_ANSWERS: "prompt_answers",
    Object.INTERVIEW_CHOICE: "interview_choice",
    Object.INTERVIEW_NOTES: "interview_notes",
}

# Source: SAFETY 5. Two readings of ours: creating needs no share, as there is nothing to share
# yet; and a carer edits an alert of their own, which is how they say that they have it.
# O20 p for carers, out-of-hours workers and interviewers: what their own phone keeps (C67).
# O23 (C1) follows O5; O24 is what overrides consent (5.2): recorded by whoever acts, approved by
# a supervisor, and never hidden from the young person for good. O40 to O42 (C30, C32, C35, C39,
# C40) follow O9; a carer reads only the missing packs they made, and nothing of a court's.
# O46 and O47 (C48) are kept apart from O12: what was told at the safe-and-well check, and what
# those who care say; the latter never stands beside what the young person said.
# O48 (C50): the young person reads what came of what they said; a carer does not. O49 (C49): who
# opened something keeps it; whom it may be about finds nothing, which the package itself sees to;
# who is told of it, supervising or at night, may open it.
# O45 (C32): who gives a searcher a link of their own, closes it, and answers behind it.
# O51 (C36 to C38, C31): also whoever leads one of its meetings. O52: whoever is asked to a meeting
# answers by their link, and reads nothing about anybody there.
# O61 (C8): a carer writes down a sign and finds it again, and nothing else; the young person reads
# what is offered to them and answers it, which the package itself sees to. Never anybody outside.
# O59 (C54): workers see what came in while nobody said whose it is; then those of the young person,
# and whoever has it. The young person reads it in what is kept about them, not on a page.
# O60 (C55): minutes about a place or a pattern; of those who were not there the package asks why.
# O62 (C55): that a place stands for five; who was there, for those whose worker asks and says why.
# O50 (C21 to C23): a carer notes whom they told and sees who was told, not what others noted.
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
O20  | X o    | CX pw | X w  | CX a       | X a       | CX a; CX pw | CX aw; CX pw | CX p   | -
O21  | C o    | -     | C w  | C a        | A a       | -      | -          | E g    | -
O22  | -      | -     | -    | -          | -         | -      | -          | E g    | -
O23  | CREX o | R ac  | -    | C a; RE ac | R b       | R ac   | -          | -      | -
O24  | R o    | -     | -    | CR a       | RA a      | CR a   | -          | -      | -
O25  | -      | -     | -    | R g        | CREA g    | R g    | -          | CREA g | -
O26  | -      | CR a  | -    | CRE a      | CRE a     | CRE a  | -          | -      | -
O27  | CRE o  | RE aw | RE aw| RE a       | RE a      | RE a   | -          | -      | C v
O40  | -      | C a; R aw | - | CR a       | CR a      | CR a   | -          | -      | -
O41  | -      | CR a  | -    | CRE a      | CRE a     | CRE a  | R a        | -      | -
O42  | -      | -     | -    | CRE a      | CRE a     | CRE a  | -          | -      | -
O43  | -      | R a   | -    | CRE a      | CRE a     | R a    | -          | -      | -
O44  | -      | -     | -    | -          | R g       | R g    | -          | -      | -
O46  | R o    | -     | -    | CR a       | R a       | R a    | CR a       | -      | -
O47  | -      | -     | -    | CR a       | R a       | -      | CR a       | -      | -
O48  | R o    | -     | -    | CRE a      | CRE a     | R a; E aw | CR a; E aw | -      | -
O49  | -      | C a; R aw | - | CRE a     | CRE a; RE gw | CRE a; RE gw | C a; R aw | -   | -
O45  | -      | CX a  | -    | CX a       | CX a      | CX a   | -          | -      | CR v
O50  | -      | CM a; R aw | - | CRE a     | RA a      | CRE a  | -          | -      | -
O51  | -      | -     | -    | CRE a; RE w | CREA a; RE w | CRE a | -        | -      | -
O52  | -      | -     | -    | CRX a      | CRX a     | CRX a  | -          | -      | E v
O58  | -      | -     | -    | R g        | CRX g     | R g    | -          | CRX g  | -
O60  | -      | -     | -    | CR g; E w  | CRE g     | -      | -          | -      | -
O62  | -      | -     | -    | K g; R a   | K g; R a  | -      | -          | -      | -
O59  | -      | -     | -    | CRE p; RE a; RE w | CRE p; RE a; RE w | CRE p; RE a; RE w | - | - | -
O61  | RE o   | C a; RE aw | - | CRE a     | CRE a     | CR a; E aw | -      | -      | -
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
