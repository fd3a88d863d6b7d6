"""Ways of talking with a young person about each part of the plan, as they come with us."""

from dataclasses import dataclass

from engage.i18n import LazyText
from engage.i18n import lazy_gettext as _
from engage.questions.wording_parts import GROUPS

STRATEGY_LIMIT = 400
TOPICS = {key: GROUPS[key] for key in ("me", "staying", "people", "away", "back", "looking")}
KINDS = {
    "starter": _("To begin talking"),
    "safer": _("To lower the harm"),
    "note": _("Good to know"),
}


@dataclass(frozen=True)
class Shipped:
    """One of ours: which part it is for, what kind of help, and the words."""

    key: str
    topic: str
    kind: str
    text: LazyText


# Source: S1 throughout: harm reduction, solution-focused and open questions, natural supports,
# the balance of services and fun, the strengths assessment for those who cannot think of any.
SHIPPED = (
    Shipped("begin", "me", "starter", _("What would a good ordinary day look like for you?")),
    Shipped("proud", "me", "starter", _("Tell me about something you did that you are proud of.")),
    Shipped(
        "strengths",
        "me",
        "note",
        _(
            "No idea what they are good at? Go through a strengths assessment (CANS) together"
            " with their carer. Then let them try two new things."
        ),
    ),
    Shipped(
        "overload",
        "me",
        "note",
        _(
            "Count the appointments in their week."
            " Boredom is a risk, and so is a week that is full."
        ),
    ),
    Shipped(
        "almost",
        "staying",
        "starter",
        _("Was there a time when you almost left, but stayed? What was different then?"),
    ),
    Shipped(
        "honest",
        "staying",
        "safer",
        _("Say: I hope you stay. If you go, I want you to be as safe as you can be."),
    ),
    Shipped(
        "not_approval",
        "staying",
        "note",
        _(
            "Talking about leaving does not encourage it."
            " It shows that they can tell you the truth."
        ),
    ),
    Shipped(
        "pressure",
        "staying",
        "starter",
        _("Is there anyone who would be angry if you stayed in tonight?"),
    ),
    Shipped(
        "natural",
        "people",
        "note",
        _(
            "Trusted people need not be professionals."
            " Ask about cousins, coaches, neighbours, friends' parents."
        ),
    ),
    Shipped(
        "who_first",
        "people",
        "starter",
        _("Who would you want to hear from first, if we were worried about you?"),
    ),
    Shipped(
        "one_step",
        "away",
        "safer",
        _("Ask what they would do anyway, then what one thing would make it a bit safer."),
    ),
    Shipped(
        "no_shock",
        "away",
        "safer",
        _("Keep your face and your voice calm. If you look shocked, they stop talking."),
    ),
    Shipped(
        "access",
        "away",
        "safer",
        _("Check that they know where to get condoms, a test or a doctor without asking anyone."),
    ),
    Shipped(
        "first_hour",
        "back",
        "starter",
        _("When you come through the door, what should the first ten minutes be like?"),
    ),
    Shipped(
        "success",
        "back",
        "note",
        _("Coming back is a success, however it happened. Say that it must have been hard."),
    ),
    Shipped(
        "own_words",
        "looking",
        "starter",
        _("If a police officer read one line about you, what should it say?"),
    ),
)
