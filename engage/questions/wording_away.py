"""What the plan asks about people, and about being away."""

from engage.i18n import lazy_gettext as _
from engage.questions.wording_kinds import QuestionWords

PEOPLE = {
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
    "online": QuestionWords(
        title=_("My names online"),
        ask=_("Which of your names online may people know?"),
        why=_(
            "Sometimes a message there is the easiest way to reach you."
            " We never ask for a password, and nobody may use one."
        ),
        hint=_("Only the ones that you are OK with."),
    ),
}

AWAY = {
    "safer": QuestionWords(
        title=_("How I'd stay safer while I'm away"),
        ask=_("What might happen while you are away, and how would you stay safer?"),
        why=_(
            "We would rather talk about it than pretend."
            " You will not be told off for what you write here."
        ),
        hint=_("For example: not go alone, phone charged, know where to get condoms or a test."),
        ask_adult=_("What will you do so that they are safer while they are away?"),
    ),
    "bag": QuestionWords(
        title=_("My go-bag"),
        ask=_("What is in your bag, in case you go?"),
        why=_("A bag is not a reason to go. If you do go, it makes the night safer."),
        hint=_("Tick what you have. Your carer or worker can fill it up."),
        ask_adult=_("What have you put in their bag?"),
    ),
    "places": QuestionWords(
        title=_("Places I could go"),
        ask=_("Which places feel safe to you when you are away?"),
        why=_("If you know a door that opens, you have somewhere to go that is not the street."),
        hint=_("A youth club, a relative, a community place, somewhere warm and open late."),
        ask_adult=_("Which safe places do you know for them?"),
    ),
    "numbers": QuestionWords(
        title=_("Numbers for an emergency"),
        ask=_("Which numbers do you want to have with you?"),
        why=_("The ones above work any time. Add the ones that you would really call."),
        hint=_("Save them in your phone too, or write them down."),
        ask_adult=_("Which numbers should they have with them?"),
    ),
    "location": QuestionWords(
        title=_("Sharing where I am"),
        ask=_("Do you want to share where you are with someone?"),
        why=_(
            "It is off unless you turn it on in your own phone."
            " This page only says what you agreed."
        ),
        hint=_("Remember that anyone who can use your phone may see it too."),
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
}
