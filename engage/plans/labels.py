"""The plan's words: what each question asks, and what each state is called on screen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from markupsafe import Markup, escape

from engage.i18n import LOCALES, LazyText, current_locale, text_direction, use_locale
from engage.i18n import lazy_gettext as _
from engage.people.models import Consent
from engage.plans.agreement_actions import NotYet
from engage.plans.models import (
    AnswerState,
    Channel,
    PlanAnswer,
    ReviewOutcome,
    ReviewReason,
    Says,
    VersionState,
    Voice,
)
from engage.plans.page import PlanPage
from engage.plans.reading import Snapshot
from engage.plans.rules import PersonProblem, PlanState, Progress, ReviewNeed
from engage.web.when import local_words


@dataclass(frozen=True)
class QuestionWords:
    """The sentences of one question. `ask_adult` is what a carer or worker is asked."""

    title: LazyText
    ask: LazyText
    why: LazyText
    hint: LazyText | None = None
    ask_adult: LazyText | None = None


QUESTIONS: dict[str, QuestionWords] = {
    "safe": QuestionWords(
        title=_("What safe means to me"),
        ask=_("What does safe mean to you?"),
        why=_(
            "Safe means different things to different people."
            " We start from what it means to you, not from our own idea."
        ),
        hint=_("It can be a place, a person, a feeling, or something you do."),
        ask_adult=_("What have you seen that helps this young person feel safe?"),
    ),
    "trio": QuestionWords(
        title=_("My three trusted people"),
        ask=_("Which three people do you trust?"),
        why=_(
            "If people are worried about you, these three are asked first."
            " That can come before anyone calls the police."
        ),
        hint=_("They can be friends, family, a coach, a neighbour. You choose."),
    ),
    "check_in": QuestionWords(
        title=_("Who I will check in with"),
        ask=_("If you were away, who would you be willing to check in with?"),
        why=_(
            "When one person hears from you, the others worry less."
            " You choose who that is and how you reach them."
        ),
        hint=_("One person is enough. It can be one of your three."),
    ),
    "try_first": QuestionWords(
        title=_("What to try first"),
        ask=_("If people don't know where you are, what should they try first?"),
        why=_(
            "You know best what works. If there is danger, people must still act at once."
            " If there is not, they start with what you say here."
        ),
        hint=_("For example: text me first. Wait half an hour. Ask my friend."),
        ask_adult=_("What will you try first, before you call anyone else?"),
    ),
    "ready": QuestionWords(
        title=_("When I'm ready to come back"),
        ask=_("When you are ready to come back, what would make it easy?"),
        why=_(
            "Coming back can be the hard part."
            " If it is planned now, nobody has to work it out at night."
        ),
        hint=_("Who should meet you, and where? Do you need a lift? What if that fails?"),
        ask_adult=_("What will you do when they say they are ready to come back?"),
    ),
    "coming_back": QuestionWords(
        title=_("What helps when I come back"),
        ask=_("What helps when you walk in the door?"),
        why=_("The person who opens the door reads this first. They can get it ready for you."),
        hint=_("Food, a shower, sleep, quiet, someone you want there, no questions tonight."),
        ask_adult=_("What will you do, and not do, when they walk in the door?"),
    ),
    "words": QuestionWords(
        title=_("My code word and my not-OK word"),
        ask=_("Which two words should we know you by?"),
        why=_(
            "A code word shows us that a text is really from you."
            " The other word tells us you are not OK, even if someone is watching."
        ),
        hint=_("Pick two words nobody would guess. They must not be the same."),
    ),
    "sharing": QuestionWords(
        title=_("Who can see what"),
        ask=_("Who can see which part of your plan?"),
        why=_(
            "It is your plan. Nobody sees a part until you say so."
            " You can change your mind any time, and it works straight away."
        ),
    ),
}

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

ANSWER_STATES = {
    AnswerState.ANSWERED: _("Answered"),
    AnswerState.SKIPPED: _("Skipped for now"),
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
}
ROLE_NOW = _("%(role)s (now %(people)s)")
AND = _("%(first)s and %(last)s")
COMMA = _("%(first)s, %(second)s")


BY_LINE = _("%(name)s, %(date)s")
TYPED_LINE = _("%(name)s said it, %(typist)s typed it, %(date)s")
NOT_YET = {
    NotYet.NOTHING_WRITTEN: _("Nothing is written yet. Write one part first."),
    NotYet.NOBODY_READS: _(
        "Your carer and your worker cannot read it yet. First choose what each of them may see."
    ),
}

YOUR_WORDS = _("Your words")
THEIR_WORDS = _("Their words")
NOT_SHARED = _("Not shared with you")
NOTHING_WRITTEN = _("Write a few words, or press Skip.")
ONLY_YOU = _("Only you can see this.")
NOBODY_YET = _("The young person has not shared this with anyone yet.")
WHO_SEES = _("Who can see this: you and %(people)s.")
SHARED_WITH = _("Shared with %(people)s.")


def words_of(question_id: str) -> QuestionWords:
    """Return the sentences of a question."""
    return QUESTIONS[question_id]


def names(found: list[str]) -> str:
    """Join names as a sentence does, in the language in use: Jo, Sam and Ade."""
    if len(found) < 2:
        return "".join(found)
    start = found[0]
    for name in found[1:-1]:
        start = str(COMMA) % {"first": start, "second": name}
    return str(AND) % {"first": start, "last": found[-1]}


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


def asked_of(question_id: str, voice: Voice | None) -> LazyText:
    """Return the question as it is put to this voice."""
    words = QUESTIONS[question_id]
    if voice in (None, Voice.YOUNG_PERSON) or words.ask_adult is None:
        return words.ask
    return words.ask_adult


def date_words(day: date) -> str:
    """Write a day in the language in use: 22 November 2026."""
    return local_words(datetime.combine(day, time(12), UTC), "d MMMM y")


def by_line(answer: PlanAnswer, page: PlanPage) -> str:
    """Say whose words an answer is, who typed them, and when."""
    name = page.name_of(answer.author_id) or str(VOICE_NAMES[Voice(answer.voice)])
    words = {"name": name, "date": local_words(answer.written_at, "d MMM y")}
    if answer.typed_by_id is None:
        return str(BY_LINE) % words
    typist = page.name_of(answer.typed_by_id) or str(VOICE_NAMES[Voice.WORKER])
    return str(TYPED_LINE) % {**words, "typist": typist}


def snapshot_rows(snapshot: Snapshot, page: PlanPage) -> list[tuple[str, list[tuple[str, str]]]]:
    """List title and (text, whose words) of every answer a version kept, in its order."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for answer in snapshot.answers:
        who = page.name_of(UUID(answer.author_id)) or str(VOICE_NAMES[Voice(answer.voice)])
        rows.setdefault(answer.question, []).append((answer.text, who))
    return [(str(QUESTIONS[question].title), said) for question, said in rows.items()]


def section_title(section: str) -> LazyText:
    """Return what a line of the sharing agreement is called."""
    return SECTIONS.get(section) or QUESTIONS[section].title


def column_title(column: str, page: PlanPage) -> str:
    """Return whom a part can be shared with, in words: a role with who holds it, or a name."""
    if not column.startswith("role:"):
        return page.name_of(UUID(column))
    role = column.removeprefix("role:")
    holders = names([str(n.person.name) for n in page.around if n.relationship.kind == role])
    title = str(GRANTEE_ROLES[role])
    return str(ROLE_NOW) % {"role": title, "people": holders} if holders else title


def opened_by(person_id: UUID | None, part: str | None, page: PlanPage) -> str:
    """Say who opened which part of the plan."""
    name = (page.name_of(person_id) if person_id else "") or str(SOMEONE_FROM_TEAM)
    if part in QUESTIONS:
        return str(OPENED_PART) % {"name": name, "part": str(QUESTIONS[part].title)}
    return str(OPENED_PLAN) % {"name": name}


def both_titles(question_id: str, beside: str) -> Markup:
    """Return a question's title, with its title in a second language beside it if asked for."""
    title = escape(str(QUESTIONS[question_id].title))
    if beside not in LOCALES or beside == current_locale():
        return title
    with use_locale(beside):
        second = str(QUESTIONS[question_id].title)
    way = text_direction(beside)
    return title + Markup(' <span class="soft" lang="{}" dir="{}">{}</span>').format(
        beside, way, second
    )
