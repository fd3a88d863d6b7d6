"""What the parts of the plan's answers are called, and the answers that are offered."""

from engage.i18n import LazyText
from engage.i18n import lazy_gettext as _
from engage.questions.wording_kinds import PartWords

ADULTS_WILL = PartWords(_("What adults will do"), _("Say who, if you know."))
I_WILL = PartWords(_("What I will do"), adult=_("What I will do"))
WHEN = PartWords(_("When is it likely?"), _("Tick as many as you like, or none."))

PARTS: dict[tuple[str, str], PartWords] = {
    ("likes", "fun"): PartWords(_("Things I like to do"), adult=_("Things they like to do")),
    ("likes", "good_at"): PartWords(_("What I'm good at"), adult=_("What they are good at")),
    ("likes", "week"): PartWords(_("How full is your week with appointments and groups?")),
    ("house", "rules"): PartWords(_("Rules I could keep to"), adult=_("Rules we agree on")),
    ("house", "late"): PartWords(
        _("What time I'd come in, and on which nights later"),
        adult=_("What time in, and on which nights later"),
    ),
    ("house", "friends"): PartWords(_("Time with my friends"), adult=_("Time with friends")),
    ("house", "alone"): PartWords(
        _("Time and space to myself"), adult=_("Time and space to themselves")
    ),
    ("honest", "stay"): PartWords(_("I'd rather stay if…"), adult=_("They'd rather stay if…")),
    ("honest", "leave"): PartWords(_("I might still leave when…"), adult=_("They might go when…")),
    ("triggers", "list"): PartWords(_("What sets it off")),
    ("triggers", "when"): WHEN,
    ("instead", "mine"): PartWords(
        _("What I'll do"), _("Put a number beside it if it is someone to ring.")
    ),
    ("instead", "adults"): ADULTS_WILL,
    ("instead", "will"): I_WILL,
    ("hard_times", "when"): PartWords(
        _("When is it hard?"), _("Tick as many as you like, or none.")
    ),
    ("hard_times", "why"): PartWords(_("What makes it hard?")),
    ("hard_times", "adults"): ADULTS_WILL,
    ("hard_times", "will"): I_WILL,
    ("signs", "signs"): PartWords(_("Signs to look out for")),
    ("signs", "help"): PartWords(_("What helps when someone sees them")),
    ("pressure", "signs"): PartWords(_("What you would notice"), adult=_("What you have noticed")),
    ("pressure", "do"): PartWords(_("What people should do then, and not do")),
    ("try_first", "steps"): PartWords(_("What to try, in this order")),
    ("try_first", "will"): I_WILL,
    ("try_first", "wait"): PartWords(
        _("How many minutes to wait before telling others"),
        _("If you are in danger, nobody waits. Leave it empty if you are not sure."),
    ),
    ("online", "names"): PartWords(_("My names")),
    ("online", "use"): PartWords(_("What may they be used for?")),
    ("safer", "might"): PartWords(_("What might happen")),
    ("safer", "mine"): PartWords(_("How I'd stay safer")),
    ("safer", "adults"): PartWords(_("What I'd need from adults"), _("Say who, if you know.")),
    ("safer", "will"): I_WILL,
    ("bag", "bag"): PartWords(_("In my bag"), adult=_("In their bag")),
    ("bag", "more"): PartWords(_("Something else")),
    ("places", "places"): PartWords(_("Places"), _("Where: a street or a bus stop is enough.")),
    ("numbers", "numbers"): PartWords(_("My own numbers"), adult=_("More numbers")),
    ("location", "share"): PartWords(_("What did you agree?")),
    ("location", "app"): PartWords(_("Which app, if any?")),
    ("location", "with"): PartWords(_("With whom?")),
    ("ready", "who"): PartWords(_("Who should meet me")),
    ("ready", "who_else"): PartWords(_("If they can't, who else?")),
    ("ready", "where"): PartWords(_("Where to meet")),
    ("ready", "where_else"): PartWords(_("If that place is no good, where else?")),
    ("ready", "how"): PartWords(_("How I'd get back"), _("A lift, a bus fare, a taxi, on foot.")),
    ("ready", "how_else"): PartWords(_("If that fails, how else?")),
    ("ready", "more"): PartWords(_("Anything else that makes it easier")),
    ("ready", "will"): I_WILL,
    ("coming_back", "helps"): PartWords(_("What helps first")),
    ("coming_back", "there"): PartWords(_("Who I want there")),
    ("coming_back", "not_yet"): PartWords(_("What should wait")),
    ("coming_back", "will"): PartWords(_("What I will do, and not do")),
    ("talk_to", "who"): PartWords(_("Who would it be?")),
    ("talk_to", "name"): PartWords(_("Their name, if you know it")),
    ("talk_to", "how"): PartWords(_("Where would you talk?")),
    ("treat_me", "calms"): PartWords(_("What calms me"), adult=_("What calms them")),
    ("treat_me", "upsets"): PartWords(_("What makes it worse")),
    ("treat_me", "talk"): PartWords(
        _("How to talk with me"),
        _("For example: my language, signing, simple words, time to answer."),
        adult=_("How to talk with them"),
    ),
    ("treat_me", "health"): PartWords(
        _("Health: what people must know"), _("Medicine, allergies, pain, being pregnant.")
    ),
    ("treat_me", "police"): PartWords(_("What I'd say to the police")),
    ("facts", "height"): PartWords(_("Height and build")),
    ("facts", "looks"): PartWords(_("Hair, eyes, skin, what they often wear")),
    ("facts", "marks"): PartWords(_("Scars, tattoos, piercings, glasses, braces")),
    ("facts", "medicine"): PartWords(_("Medicine they need, and what happens without it")),
    ("facts", "phone"): PartWords(_("Their phone: make, number and network")),
    ("facts", "cards"): PartWords(
        _("Bank and travel cards"), _("Which bank and which pass. Never a PIN.")
    ),
}
LIST = PartWords(_("Your list"), adult=_("Your list"))

COLUMNS: dict[str, LazyText] = {
    "what": _("Line %(number)s"),
    "who": _("Who does it?"),
    "phone": _("Phone number"),
    "site": _("App or site"),
    "name": _("Name there"),
    "where": _("Where is it?"),
    "for": _("What is it good for?"),
    "has": _("In the bag"),
    "given_on": _("Given on"),
    "low": _("Needs filling up"),
}

CHOICES: dict[str, dict[str, LazyText]] = {
    "who": {
        "carer": _("Whoever cares for me"),
        "worker": _("My worker"),
        "out_of_hours": _("The out-of-hours worker"),
        "trusted": _("One of my three"),
        "other": _("Someone else"),
    },
    "week": {
        "just_right": _("Just right"),
        "too_full": _("Too full. I need more free time."),
        "too_empty": _("Too empty. I get bored."),
    },
    "use": {
        "message": _("Only to send me a message"),
        "message_then_find": _("To message me first, then to find me if I'm in danger"),
    },
    "bag": {
        "wash": _("Things to wash with, pads or tampons"),
        "safer_sex": _("Condoms and what else makes sex safer"),
        "bus_pass": _("Bus pass or fare"),
        "first_aid": _("First-aid kit"),
        "charger": _("Charger or power bank"),
        "food": _("Water and something to eat"),
        "warm": _("Something warm and dry"),
    },
    "for": {
        "warm": _("To get warm"),
        "talk": _("To talk to someone"),
        "sleep": _("To sleep"),
        "food": _("To eat"),
        "health": _("A nurse, a test or condoms"),
    },
    "share": {
        "off": _("I don't share where I am"),
        "danger": _("Only if I'm in danger"),
        "missing": _("While I'm away"),
        "always": _("All the time"),
    },
    "talk_to_who": {
        "i_know": _("Someone I know already"),
        "worker": _("My worker"),
        "new": _("Someone who has nothing to do with my home"),
        "not_sure": _("I don't know yet"),
    },
    "how": {
        "home": _("At home"),
        "out": _("Somewhere else, like a café"),
        "walk": _("On a walk or in a car"),
        "phone": _("By phone or text"),
    },
}

DAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
TIMES = {
    "morning": _("Morning"),
    "afternoon": _("Afternoon"),
    "evening": _("Evening"),
    "night": _("Night"),
}
GROUPS = {
    "me": _("About me"),
    "staying": _("When it gets hard"),
    "people": _("My people"),
    "away": _("If I'm away"),
    "back": _("Coming back"),
    "looking": _("If people have to look for me"),
    "own": _("More questions"),
    "earlier": _("From earlier questions"),
    "sharing": _("Who sees it"),
}
