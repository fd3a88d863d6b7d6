"""What Maya, Jo and Sam wrote in Maya's plan. Some questions are skipped, some not opened yet."""

from collections.abc import Mapping
from typing import Any

Answers = Mapping[str, str | Mapping[str, Any]]


def _rows(*said: str | tuple[str, str], key: str = "who") -> list[dict[str, str]]:
    return [{"what": one} if isinstance(one, str) else {"what": one[0], key: one[1]}
            for one in said]  # fmt: skip


MAYAS: Answers = {
    "safe": "Knowing someone will pick up when I ring, and that nobody shouts.",
    "likes": {
        "fun": _rows("Football on the rec", "Baking with Nan Ruth", "Drawing at night"),
        "good_at": "Making people laugh. Remembering everyone's birthday.",
        "week": "too_full",
    },
    "honest": {
        "stay": "I could see Ade every Friday, and nobody came into my room without knocking.",
        "leave": "There is shouting, or I can't get hold of Ade.",
    },
    "triggers": {
        "list": _rows("When a visit is called off", "Shouting downstairs", "Court letters"),
        "when": ["fri-evening", "fri-night", "sun-evening"],
    },
    "instead": {
        "mine": _rows(
            ("Ring Nan Ruth", "07700 900023"), "Headphones and the long playlist",
            "Sit on the back step", key="phone",
        ),
        "adults": _rows(("Let me go round the block", "carer"), ("Text, don't knock", "carer")),
    },
    "hard_times": {
        "when": ["fri-evening", "fri-night", "sun-evening"],
        "why": "Everyone else goes home at the weekend.",
        "adults": _rows(("Film and pizza on Fridays", "carer"), ("A call on Sunday", "worker")),
    },
    "signs": {
        "signs": _rows("I go quiet", "I charge my phone and put on trainers indoors"),
        "help": "Ask me to come for a drive. Not what is wrong.",
    },
    "try_first": {
        "steps": _rows(("Text me, one text", "carer"), ("Ask Ade. He knows where I go.", "carer"),
                       ("Ring Nan Ruth", "worker")),
        "wait": 30,
    },
    "online": {"names": [{"site": "Snap", "name": "maya.draws"}], "use": "message"},
    "safer": {
        "might": "I might stay at a friend's without asking. I won't get into cars.",
        "mine": _rows("Phone charged", "Tell Ade which house", "Not drink with strangers"),
    },
    "places": {
        "places": [
            {"what": "Nan Ruth's", "where": "The flats by the park", "for": "sleep"},
            {"what": "The youth club", "where": "Mill Lane, open till ten", "for": "talk"},
        ]
    },
    "ready": {
        "who": "Ade",
        "who_else": "Nan Ruth",
        "where": "The bus station, by the clock",
        "where_else": "Outside the library",
        "how": "Ade's car",
        "how_else": "A taxi that Jo pays",
        "more": "No talk about it in the car.",
    },
    "coming_back": {
        "helps": _rows("Toast", "A shower", "Sleep"),
        "there": "Jo. Not everybody at once.",
        "not_yet": _rows("Talking. Tomorrow, not tonight.", "Taking my phone"),
    },
    "talk_to": {"who": "i_know", "name": "Ines", "how": "walk"},
    "treat_me": {
        "calms": "Being told what happens next. Sitting down.",
        "upsets": "Being grabbed. Several people talking at once.",
        "health": "My inhaler is the blue one.",
        "police": "I will come if you ask me. Please don't put me in the van.",
    },
}  # fmt: skip
SKIPPED = ("location",)
# What Maya shares in one case only; the rest she shares always.
ONLY_THEN = {"safer": "danger", "online": "away", "treat_me": "away"}
# What may stand on pages for the police, and when.
FOR_POLICE = tuple(f"{part}|role:police|{when}" for part, when in {
    "treat_me": "away", "trusted_people": "away", "places": "away", "photo": "away",
    "safer": "danger", "honest": "never",
}.items())  # fmt: skip
JOS: Answers = {
    "house": {
        "rules": _rows("In by nine on school nights", "Phones charge downstairs after eleven"),
        "late": "Half past ten on Fridays, if I know where",
        "friends": "Ade may come round on Sundays",
    },
    "hard_times": {"will": _rows("I keep Friday evenings free", "I ring Sam on Sundays")},
    "try_first": {
        "will": _rows("Text first, then ring Ade", "Not ring round her friends' parents"),
        "wait": 30,
    },
    "bag": {
        "bag": {
            "wash": {"has": True, "given_on": "2026-09-14", "low": True},
            "bus_pass": {"has": True, "given_on": "2026-10-02"},
            "charger": {"has": True, "given_on": "2026-09-14"},
        },
    },
    "coming_back": {
        "will": _rows("Leave the light on and make toast", "No questions before breakfast")
    },
}
SAMS: Answers = {
    "facts": {
        "height": "1.60 m, slight",
        "looks": "Short black hair, brown eyes, often a green parka",
        "marks": "A small scar over the left eyebrow",
        "medicine": "Inhaler for asthma. Without it she can be very ill in a night.",
        "cards": "A young person's bus pass",
    },
    "instead": {"will": _rows("Answer her texts until ten, and say when I can't")},
}
