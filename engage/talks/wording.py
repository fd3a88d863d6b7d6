"""The sentences of a talk, by id. Our own words, not yet tested with young people."""

from dataclasses import dataclass

from engage.i18n import LazyText, current_locale
from engage.i18n import lazy_gettext as _
from engage.talks.rules import Question, QuestionSet


@dataclass(frozen=True)
class TalkWords:
    """What is asked, as it can be read aloud, and how: for whoever asks."""

    ask: LazyText | str
    cue: LazyText | str


QUESTIONS: dict[str, TalkWords] = {
    "before": TalkWords(
        ask=_("What was going on for you before you went?"),
        cue=_("Let them begin where they like. Do not put it in order for them."),
    ),
    "mattered": TalkWords(
        ask=_("What mattered most to you that day?"),
        cue=_("Say back what you heard, in their words, before you go on."),
    ),
    "away_from": TalkWords(
        ask=_("What did you want to get away from, or get to?"),
        cue=_("Both may be true. Ask what was good about it, too."),
    ),
    "safe_with": TalkWords(
        ask=_("Who did you feel safe with?"),
        cue=_("They need not give names. What made it safe matters more."),
    ),
    "getting_by": TalkWords(
        ask=_("How did you get around, eat and sleep?"),
        cue=_("Be curious about how they managed. It shows what they can do."),
    ),
    "own_word": TalkWords(
        ask=_("What would you call that time yourself?"),
        cue=_("Use their word from here on, and not ours."),
    ),
    "helped": TalkWords(
        ask=_("What helped you while you were there?"),
        cue=_("A person, a place, a song: small things count."),
    ),
    "harder": TalkWords(
        ask=_("What made it harder?"),
        cue=_("Leave quiet. Count to ten before you say anything."),
    ),
    "hurt": TalkWords(
        ask=_("What happened, if anything, that hurt or frightened you?"),
        cue=_("Say again what you must pass on, before they answer. Do not ask for details."),
    ),
    "made_to": TalkWords(
        ask=_("What did people want from you, or give you things for?"),
        cue=_("It was not their fault, whatever it was. Say so if it fits."),
    ),
    "health": TalkWords(
        ask=_("How is your body now? Is anything sore, or on your mind?"),
        cue=_("Offer a nurse or a doctor. They choose who comes along."),
    ),
    "came_back": TalkWords(
        ask=_("What made you come back?"),
        cue=_("Coming back took something. Say what you think it took."),
    ),
    "almost": TalkWords(
        ask=_("Think of a time you almost went but stayed. What was different?"),
        cue=_("If there was none, that is fine. Do not search for one."),
    ),
    "stay": TalkWords(
        ask=_("What would make you want to stay?"),
        cue=_("Write down what they say, even if it cannot be done."),
    ),
    "adults": TalkWords(
        ask=_("What should adults do differently?"),
        cue=_("Do not defend anybody. Promise only what you can keep."),
    ),
    "well": TalkWords(
        ask=_("What did you do well, and who would not be surprised?"),
        cue=_("Wait for their own answer before you say yours."),
    ),
    "anything": TalkWords(
        ask=_("What else would you like me to know?"),
        cue=_("The last word is theirs. Thank them for it."),
    ),
    "noticed": TalkWords(
        ask=_("What I noticed that you are good at"),
        cue=_("These are your words. Say them aloud, and read them back with the rest."),
    ),
}


def words_of(questions: QuestionSet) -> dict[str, TalkWords]:
    """Return what each question asks, in this language: an organisation's words, else ours."""
    return {each.id: words_for(each) for each in questions.questions}


def words_for(question: Question) -> TalkWords:
    """Return what one question asks, in this language."""
    ours, own = QUESTIONS[question.id], question.wording.get(current_locale(), {})
    return TalkWords(ask=own.get("ask") or ours.ask, cue=own.get("hint") or ours.cue)


# Said aloud before the first question. Source: SAFETY 5.2 (duties that override consent, openly).
LAW = (
    _("You decide who may know what you tell me. We go through it line by line at the end."),
    _("There is one thing I cannot keep to myself."),
    _("If you or somebody else is in danger of serious harm, I must tell people who can help."),
    _("A court can also ask for what is written down."),
    _("If I have to tell anybody, I tell you first, if I can, and you hear what I said."),
    _("You can skip any question. You can stop at any time."),
)
PICK_ONE = _("Pick one or more. Nobody is an answer, too.")
WRITE_IT = _("Write it down first.")
ONE_OR_OTHER = _("Pick “nobody else” alone, or those who may know.")
IN_THE_PAST = _("Pick a day and a time that have passed.")
