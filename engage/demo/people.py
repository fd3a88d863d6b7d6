"""Who is in the demonstration. Every number is kept free for drama (07700 900000 to 900999)."""

from dataclasses import dataclass

from engage.circle.actions import About
from engage.circle.models import MayCall, Tie
from engage.people.models import Role

ORGANISATION = "Northtown Council (demonstration)"
NEUTRAL_NAME = "Northtown"
TEAM = "North team"
HOME = "Hazel House"
SERVICE_NUMBER = "+447700900000"


@dataclass(frozen=True)
class DemoYoungPerson:
    """A young person with the two words we know them by."""

    name: str
    phone: str
    code_word: str
    not_ok_word: str
    locale: str
    birth_date: str
    carer: str
    carer_phone: str


@dataclass(frozen=True)
class DemoTrusted:
    """One of Maya's three, who has said yes."""

    name: str
    phone: str
    how_known: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class DemoStaff:
    """A member of staff."""

    role: Role
    name: str
    phone: str

    @property
    def email(self) -> str:
        """Their address, in a domain nobody can own."""
        return f"{self.name.lower()}@example.org"


MAYA = DemoYoungPerson(
    "Maya", "+447700900001", "bluebird", "tangerine", "en", "2010-03-04", "Jo", "+447700900011"
)
KIT = DemoYoungPerson(
    "Kit", "+447700900002", "marmalade", "snowdrop", "cy", "2011-09-12", "Carys", "+447700900012"
)
YOUNG_PEOPLE = (MAYA, KIT)
TRIO = (
    DemoTrusted("Ade", "+447700900021", "my brother", ("message", "bring_back", "police")),
    DemoTrusted("Coach Lee", "+447700900022", "my football coach", ("message", "look")),
    DemoTrusted("Nan Ruth", "+447700900023", "my nan", ("let_in", "meeting", "police")),
)
STAFF = (
    DemoStaff(Role.SOCIAL_WORKER, "Sam", "+447700900031"),
    DemoStaff(Role.SUPERVISOR, "Sue", "+447700900032"),
    DemoStaff(Role.OUT_OF_HOURS, "Olu", "+447700900033"),
    DemoStaff(Role.INTERVIEWER, "Ines", "+447700900034"),
    DemoStaff(Role.ADMIN, "Adil", "+447700900035"),
)
# Who matters to Maya, beside her three.
IMPORTANT = (
    About(
        "Mum", Tie.PARENT, MayCall.IF_WORRIED, phone="+447700900024", languages=("en",),
        words={
            "visits": "Every second Saturday, at the contact centre",
            "calls": "Sundays after tea",
            "distance": "Forty minutes on the bus",
            "needed": "A lift home, the last bus goes at six",
            "for_carer": "I get sad after visits. Let me be, and keep me some dinner.",
        },
    ),
    About(
        "Sasha", Tie.FRIEND, MayCall.YES, phone="+447700900025", languages=("en", "es"),
        words={"social": "@sasha.k on Insta", "visits": "After school on Wednesdays"},
    ),
    About("Dean", Tie.OTHER, MayCall.NEVER),
)  # fmt: skip
