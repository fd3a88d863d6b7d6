"""What the plan asks about a young person, and about the times when it gets hard."""

from engage.i18n import lazy_gettext as _
from engage.questions.wording_kinds import QuestionWords

ME = {
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
    "likes": QuestionWords(
        title=_("What I like and what I'm good at"),
        ask=_("What do you like doing, and what are you good at?"),
        why=_(
            "A week with things you like is easier than a week of appointments."
            " Adults should make room for this first."
        ),
        hint=_("Music, football, sleeping in, cooking, games. All of it counts."),
        ask_adult=_("What have you seen them enjoy, and what are they good at?"),
    ),
    "house": QuestionWords(
        title=_("House rules I can live with"),
        ask=_("Which house rules could you live with?"),
        why=_(
            "Wanting friends, freedom and time alone is normal."
            " A rule that you helped to make is easier to keep."
        ),
        hint=_("Say what would be fair, not what you think we want to hear."),
        ask_adult=_("Which rules could you agree to?"),
    ),
}

STAYING = {
    "honest": QuestionWords(
        title=_("I'd rather stay if… and I might still leave"),
        ask=_("What would make you rather stay? And when might you still leave?"),
        why=_(
            "We hope that you stay, and we know that you might go."
            " Saying so is never punished, and it is not a permission."
            " It helps to keep you safer."
        ),
        hint=_("Be as honest as you like. Nobody gets cross about this page."),
        ask_adult=_("What would help them stay? When do you think they might still go?"),
    ),
    "triggers": QuestionWords(
        title=_("What sets it off"),
        ask=_("What makes you want to get away, and when does it happen?"),
        why=_("If people know what sets it off, they can change it before it happens."),
        hint=_("A person, a phone call, a row, a place, a day of the week."),
        ask_adult=_("What have you seen that sets it off, and when?"),
    ),
    "instead": QuestionWords(
        title=_("What I could do instead"),
        ask=_("What could you do instead of leaving?"),
        why=_("In a bad moment it is hard to think. A list does the thinking for you."),
        hint=_("Ring someone, take space, music, a walk, get out for a bit. Best one first."),
        ask_adult=_("What will you offer them instead of leaving?"),
    ),
    "hard_times": QuestionWords(
        title=_("Times of day that are hard"),
        ask=_("Which times are hard for you, and what should adults do then?"),
        why=_("Then someone can be there, or leave you in peace, just when it matters."),
        hint=_("Bedtime, Sunday evenings, after contact, when everyone else is out."),
        ask_adult=_("Which times are hard for them, and what will you do then?"),
    ),
    "signs": QuestionWords(
        title=_("Signs that I might go"),
        ask=_("How can people tell that you might go soon?"),
        why=_("Someone who sees it early can ask how you are, and not tell you off."),
        hint=_("For example: I go quiet, I pack my charger, I stop eating with the others."),
        ask_adult=_("How can you tell that they might go soon?"),
    ),
    "pressure": QuestionWords(
        title=_("If someone pushes me to go"),
        ask=_("How could we tell that someone is pushing or scaring you into going?"),
        why=_(
            "Some young people are told to leave, or are threatened. That is never their fault."
            " This page is kept apart from the rest."
        ),
        hint=_("You don't need to say who. You can leave it empty."),
        ask_adult=_("What makes you think that someone is pushing or scaring them into going?"),
    ),
}
