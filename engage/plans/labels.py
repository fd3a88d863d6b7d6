"""The plan's words: what each question asks, and what each state is called on screen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from engage.i18n import LazyText, current_locale, stand_alone, text_direction
from engage.i18n import lazy_gettext as _
from engage.people.models import Consent
from engage.plans.agreement_actions import NotYet
from engage.plans.joining import join
from engage.plans.models import (
    Channel,
    PlanAnswer,
    ReviewOutcome,
    ReviewReason,
    Says,
    VersionState,
    Voice,
)
from engage.plans.page import PlanPage
from engage.plans.reading import Snapshot, SnapshotAnswer
from engage.plans.rules import PersonProblem, PlanState, Progress, ReviewNeed
from engage.questions.answer_rules import PartProblem
from engage.questions.rules import Question, WordProblem
from engage.questions.wording import (
    DAY_TIMES,
    QUESTIONS,
    Told,
    choice_words,
    day_words,
    part_words,
    told,
    words_of,
)
from engage.questions.wording_parts import DAYS, GROUPS, TIMES
from engage.web.when import local_words

# Sentences of questions and parts, which pages ask for here too.
__all__ = ["DAYS", "GROUPS", "QUESTIONS", "TIMES", "choice_words", "part_words", "words_of"]

PROGRESS = {
    Progress.DONE: _("Done"),
    Progress.STARTED: _("Started"),
    Progress.SKIPPED: _("Skipped for now"),
    Progress.NOT_STARTED: _("Not started"),
}

PLAN_STATES = {
    PlanState.DRAFT: _("Being written"),
    PlanState.SHARED: _("Waiting for everyone to agree"),
    PlanState.LIVE: _("Agreed and in use"),
    PlanState.CHANGED: _("In use, with new changes"),
    PlanState.DECLINED: _("Not wanted for now"),
}

VOICES = {
    Voice.YOUNG_PERSON: _("In my own words"),
    Voice.CARER: _("From my carer"),
    Voice.WORKER: _("From my worker"),
}

VOICE_NAMES = {
    Voice.YOUNG_PERSON: _("Young person"),
    Voice.CARER: _("Carer"),
    Voice.WORKER: _("Worker"),
}

VERSION_STATES = {
    VersionState.SHARED: _("Waits for everyone"),
    VersionState.LIVE: _("In use"),
    VersionState.DECLINED: _("Not wanted then"),
    VersionState.REPLACED: _("Replaced by a newer one"),
}

SAYS = {Says.YES: _("Agrees"), Says.NO: _("Said no")}

NEEDS = {
    ReviewNeed.DISAGREEMENT: _("Somebody disagrees"),
    ReviewNeed.WAITS_FOR_YOU: _("Waits for your answer"),
    ReviewNeed.DUE: _("It is time"),
    ReviewNeed.MOVED: _("There was a move to a new home"),
    ReviewNeed.NOT_STARTED: _("No plan yet"),
    ReviewNeed.CHANGED: _("Changed since it was agreed"),
    ReviewNeed.MISSING_CONSENT: _("A trusted person has not said yes"),
    ReviewNeed.SHARING_DUE: _("Look again at who can see what"),
    ReviewNeed.PHOTO_OLD: _("The photo is old"),
    ReviewNeed.OFFER_AGAIN: _("Offer it again"),
}

OUTCOMES = {
    ReviewOutcome.AGREED: _("Read and agreed"),
    ReviewOutcome.ASKED_TO_CHANGE: _("Asked for a change"),
}

REVIEW_REASONS = {
    ReviewReason.TIME: _("It has been a while"),
    ReviewReason.MOVE: _("There was a move to a new home"),
    ReviewReason.TRIO_CHANGE: _("A trusted person changed"),
    ReviewReason.EPISODE: _("The young person was away and came back"),
}

CONSENTS = {
    Consent.NOT_ASKED: _("Not asked yet"),
    Consent.ASKED: _("Asked, no answer yet"),
    Consent.YES: _("Said yes"),
    Consent.NO: _("Said no"),
    Consent.LEFT: _("Said yes first, then left"),
}

CHANNELS = {
    Channel.TEXT: _("By text"),
    Channel.CALL: _("By phone call"),
    Channel.SOCIAL: _("On social media"),
    Channel.EMAIL: _("By email"),
}

ASKS = {
    "message": _("Message me"),
    "look": _("Look for me"),
    "let_in": _("Let me in"),
    "bring_back": _("Bring me back"),
    "meeting": _("Come to a meeting with me"),
    "police": _("Be named to the police if I am missing"),
}

TELLS = {
    "worried": _("That people are worried about me"),
    "ready": _("That I am ready to come back"),
    "back": _("That I am back"),
    "plan": _("What my plan asks them to do"),
}

# The same, as the trusted person reads it.
ASKS_OF_YOU = {
    "message": _("To send them a message"),
    "look": _("To look for them"),
    "let_in": _("To let them in"),
    "bring_back": _("To bring them back"),
    "meeting": _("To come to a meeting with them"),
    "police": _("To have your name and number given to the police if they are missing"),
}

PERSON_PROBLEMS = {
    PersonProblem.OWN_NUMBER: _("That is your own number. Type this person's number."),
    PersonProblem.SAME_NUMBER: _("That number belongs to someone you have already named."),
    PersonProblem.SAME_NAME: _(
        "You have already named someone called that. Add a letter or a nickname."
    ),
    PersonProblem.TOO_MANY: _("You have named three people. Take one out to name another."),
    PersonProblem.IS_WORKER: _(
        "That is a worker's number. Pick someone who is not a worker of yours."
    ),
}

ONE_BACK_UP = _("You have a back-up already. Take them out to name another.")

# Beside which field a problem with a person is shown.
FIELD_OF = {
    PersonProblem.OWN_NUMBER: "phone",
    PersonProblem.SAME_NUMBER: "phone",
    PersonProblem.SAME_NAME: "name",
    PersonProblem.TOO_MANY: "name",
    PersonProblem.IS_WORKER: "phone",
}

SECTIONS = {
    "trusted_people": QUESTIONS["trio"].title,
    "important_people": _("People who matter to me"),
    "check_ins": _("When I check in: what I pressed or texted, and when"),
    "check_in_words": _("The words I write when I check in"),
}

NOT_THOSE_DIGITS = _("Those are not the last four digits we have. Check them and try again.")
SAY_WHAT_TO_CHANGE = _("Say what should change, so that they know.")
WORDS_ALIKE = _(
    "Pick two different words with letters in them. Words like stop, help or OK are taken."
)
OPENED_PLAN = _("%(name)s opened your plan.")
OPENED_PART = _("%(name)s opened the part: %(part)s.")
SOMEONE_FROM_TEAM = _("Someone who works with you")

GRANTEE_ROLES = {
    "carer": _("Whoever cares for me at home"),
    "social_worker": _("My social worker"),
    "out_of_hours": _("The out-of-hours worker"),
    "police": _("The police"),
}

CHANGE_KINDS = {
    "added": _("New"),
    "changed": _("Changed"),
    "taken_out": _("Taken out"),
}

# The same inside a sentence, where nobody holds the role now.
READER_ROLES = {
    "carer": _("whoever cares for the young person at home"),
    "social_worker": _("the social worker"),
    "out_of_hours": _("the out-of-hours worker"),
    "police": _("the police"),
}
ROLE_NOW = _("%(role)s (now %(people)s)")
AND = _("%(first)s and %(last)s")


BY_LINE = _("%(name)s, %(date)s")
TYPED_LINE = _("%(name)s said it, %(typist)s typed it, %(date)s")
NOT_YET = {
    NotYet.NOTHING_WRITTEN: _("Nothing is written yet. Write one part first."),
    NotYet.NOBODY_READS: _(
        "Your carer and your worker cannot read it yet. First choose what each of them may see."
    ),
}

PART_PROBLEMS = {
    PartProblem.TOO_LONG: _("This is too long. Please make it shorter."),
    PartProblem.NOT_A_CHOICE: _("Pick one of the answers."),
    PartProblem.NOT_A_DATE: _("Write a day, like 2026-11-22."),
    PartProblem.NOT_MINUTES: _("Write a number of minutes, like 30. The most is 1440, one day."),
    PartProblem.NOT_A_PHONE: _("Check the phone number, like 07700 900 123."),
    PartProblem.TOO_MANY: _("That is more lines than fit here. Please take some out."),
    PartProblem.NOT_THIS: _("Some of this could not be read. Check it and send it again."),
}
CHOOSE = _("Not said")
WORD_PROBLEMS = {
    WordProblem.LONG_SENTENCE: _("One sentence has more than 20 words. Make it two."),
    WordProblem.LABEL: _("There is a word in it that labels young people. Say it another way."),
}
SENSITIVE = {
    "safer": _("This page is never handed to the police unless you say so."),
    "pressure": _("Only your own worker can ever be shown this page. You decide."),
}
EMERGENCY = _("In danger now? Call %(number)s. It is free, and you can call without credit.")
FACTS_SEEN_BY = _("The young person, whoever cares for them, and their workers can see this.")
FOR_ADULTS = _("Adults fill this in. You can read it, and say if you see it differently.")
YOUR_WORDS = _("Your words")
THEIR_WORDS = _("Their words")
NOT_SHARED = _("Not shared with you")
NOTHING_WRITTEN = _("Write a few words, or press Skip.")
ONLY_YOU = _("Only you can see this.")
NOBODY_YET = _("The young person has not shared this with anyone yet.")
WHO_SEES = _("Who can see this: you and %(people)s.")
SHARED_WITH = _("Shared with %(people)s.")


@dataclass(frozen=True)
class Asked:
    """A sentence of a question; `language` when it is not the reader's."""

    words: str
    language: str = ""
    direction: str = ""

    def __str__(self) -> str:
        return self.words


def names(found: list[str]) -> str:
    """Join names as a sentence does, in the language in use: Jo, Sam and Ade."""
    if len(found) < 2:
        return "".join(found)
    return join(str(AND), found)


def reader_names(found: list[str]) -> list[str]:
    """Put readers into words: names stay, `role:…` becomes what the role is called."""
    return [
        str(READER_ROLES[name.removeprefix("role:")]) if name.startswith("role:") else name
        for name in found
    ]


def who_sees(found: list[str], *, is_own: bool = True) -> str:
    """Say, before anything is asked, who can see the answer."""
    if not found:
        return str(ONLY_YOU) if is_own else str(NOBODY_YET)
    people = names(reader_names(found))
    return str(WHO_SEES if is_own else SHARED_WITH) % {"people": people}


def asked_words(question: Question, word: str, voice: Voice | None = None) -> Asked:
    """Return a sentence of a question as it is put to this voice: the organisation's own words if
    it has some, else ours. Its own words in another language than the reader's say so.
    """
    if word == "ask" and voice not in (None, Voice.YOUNG_PERSON):
        own = asked_words(question, "ask_adult")
        if own.words:
            return own
    words, language = question.own_words(word, current_locale())
    if not words:
        words = str(getattr(words_of(question.id), word) or "")
    is_other = words and language != current_locale()
    return Asked(words, language if is_other else "", text_direction(language))


def title_of(page: PlanPage, question_id: str) -> str:
    """Return what a question of this plan is called."""
    question = page.questions.find(question_id)
    title = asked_words(question, "title").words if question else ""
    return title or str(words_of(question_id).title)


def told_of(answer: PlanAnswer | SnapshotAnswer) -> list[Told]:
    """Return an answer in words, part by part."""
    return told(answer.question, answer.content, answer.voice)


def slot_words(slot: str) -> str:
    """Return what a time of the week is called: Friday: Night."""
    day, _, time_of_day = slot.partition("-")
    return str(DAY_TIMES) % {"day": DAYS[day], "times": TIMES[time_of_day]}


def short_day(day: str) -> str:
    """Return a short name of a day of the week: Fri."""
    monday = datetime(2026, 1, 5, 12, tzinfo=UTC)
    return local_words(monday + timedelta(days=list(DAYS).index(day)), "EEE")


def date_words(day: date) -> str:
    """Write a day in the language in use: 22 November 2026."""
    return day_words(day)


def by_line(answer: PlanAnswer, page: PlanPage) -> str:
    """Say whose words an answer is, who typed them, and when."""
    name = page.name_of(answer.author_id) or str(VOICE_NAMES[Voice(answer.voice)])
    words = {"name": stand_alone(name), "date": local_words(answer.written_at, "d MMM y")}
    if answer.typed_by_id is None:
        return str(BY_LINE) % words
    typist = page.name_of(answer.typed_by_id) or str(VOICE_NAMES[Voice.WORKER])
    return str(TYPED_LINE) % {**words, "typist": stand_alone(typist)}


# What a question is called, and each answer to it with whose words it is.
Row = tuple[str, list[tuple[list[Told], str]]]


def snapshot_rows(snapshot: Snapshot, page: PlanPage) -> list[Row]:
    """List title and (answer, whose words) of every answer a version kept, in its order."""
    rows: dict[str, list[tuple[list[Told], str]]] = {}
    for answer in snapshot.answers:
        who = page.name_of(UUID(answer.author_id)) or str(VOICE_NAMES[Voice(answer.voice)])
        rows.setdefault(answer.question, []).append((told_of(answer), who))
    return [(title_of(page, question), said) for question, said in rows.items()]


def section_title(section: str, page: PlanPage | None = None) -> LazyText | str:
    """Return what a line of the sharing agreement is called."""
    if section in SECTIONS:
        return SECTIONS[section]
    return title_of(page, section) if page is not None else words_of(section).title


def column_title(column: str, page: PlanPage) -> str:
    """Return whom a part can be shared with, in words: a role with who holds it, or a name."""
    if not column.startswith("role:"):
        return page.name_of(UUID(column))
    role = column.removeprefix("role:")
    holders = names([str(n.person.name) for n in page.around if n.relationship.kind == role])
    title = str(GRANTEE_ROLES[role])
    return str(ROLE_NOW) % {"role": title, "people": holders} if holders else title


OPENED_IN_EMERGENCY = _("%(name)s opened this in an emergency: %(part)s.")
MORE_IN_EMERGENCY = _("%(name)s opened more of what is written about you, in an emergency.")


def opened_in_emergency(name: str, part: str | None) -> str:
    """Say who opened a part that was not shared with them, because there was an emergency."""
    if part in QUESTIONS:
        return str(OPENED_IN_EMERGENCY) % {"name": name, "part": str(QUESTIONS[part].title)}
    return str(MORE_IN_EMERGENCY) % {"name": name}


PACK_OPENED = _("%(name)s put pages together for the police, or read them.")


def opened_by(person_id: UUID | None, part: str | None, page: PlanPage) -> str:
    """Say who opened which part of the plan."""
    name = (page.name_of(person_id) if person_id else "") or str(SOMEONE_FROM_TEAM)
    if part == "missing_pack":
        return str(PACK_OPENED) % {"name": name}
    if part and (part in QUESTIONS or page.questions.find(part)):
        return str(OPENED_PART) % {"name": name, "part": title_of(page, part)}
    return str(OPENED_PLAN) % {"name": name}
