"""What the plan asks about coming back, about being looked for, and about who sees what."""

from engage.i18n import lazy_gettext as _
from engage.questions.wording_kinds import QuestionWords

BACK = {
    "ready": QuestionWords(
        title=_("When I'm ready to come back"),
        ask=_("When you are ready to come back, what would make it easy?"),
        why=_(
            "Coming back can be the hard part."
            " If it is planned now, nobody has to work it out at night."
        ),
        hint=_("Say who, where and how. And what to do if that fails."),
        ask_adult=_("What will you do when they say they are ready to come back?"),
    ),
    "coming_back": QuestionWords(
        title=_("What helps when I come back"),
        ask=_("What helps when you walk in the door?"),
        why=_("The person who opens the door reads this first. They can get it ready for you."),
        hint=_("Food, a shower, sleep, quiet, someone you want there, no questions tonight."),
        ask_adult=_("What will you do, and not do, when they walk in the door?"),
    ),
    "talk_to": QuestionWords(
        title=_("Who I'd talk to afterwards"),
        ask=_("Who would you choose to talk to after you come back?"),
        why=_("Someone will offer you a talk about how it was. Who that is, is your choice."),
        hint=_("You can change your mind on the day."),
    ),
}

LOOKING = {
    "photo": QuestionWords(
        title=_("A photo of me"),
        ask=_("Is there a photo of you that people may use?"),
        why=_("If people have to look for you, a photo you like is better than an old one."),
    ),
    "treat_me": QuestionWords(
        title=_("How I want to be treated"),
        ask=_("How should the police and others treat you if they find you?"),
        why=_(
            "This goes on top of what they are given, so that they read it first."
            " They should look after you, not scare you."
        ),
        hint=_("Write what helps you, in your own words."),
        ask_adult=_("What helps them stay calm, and what do people need to know?"),
    ),
    "facts": QuestionWords(
        title=_("Facts that help to find me"),
        ask=_("Facts that help to find you"),
        why=_(
            "If someone has to look for you, these facts help them know that it is you."
            " Your carer and your worker write them and read them."
        ),
        ask_adult=_("Which facts would help to find this young person?"),
    ),
}

SHARING = {
    "sharing": QuestionWords(
        title=_("Who can see what"),
        ask=_("Who can see which part of your plan?"),
        why=_(
            "It is your plan. Nobody sees a part until you say so."
            " You can change your mind any time, and it works straight away."
        ),
    ),
}
