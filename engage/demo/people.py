"""Who is in the demonstration. Every number is kept free for drama (07700 900000 to 900999)."""

from dataclasses import dataclass

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
    DemoTrusted("Ade", "+447700900021", "my brother", ("message", "bring_back")),
    DemoTrusted("Coach Lee", "+447700900022", "my football coach", ("message", "look")),
    DemoTrusted("Nan Ruth", "+447700900023", "my nan", ("let_in", "meeting")),
)
STAFF = (
    DemoStaff(Role.SOCIAL_WORKER, "Sam", "+447700900031"),
    DemoStaff(Role.SUPERVISOR, "Sue", "+447700900032"),
    DemoStaff(Role.OUT_OF_HOURS, "Olu", "+447700900033"),
    DemoStaff(Role.INTERVIEWER, "Ines", "+447700900034"),
    DemoStaff(Role.ADMIN, "Adil", "+447700900035"),
)
# question: (Maya's words, the words of her carer or worker)
ANSWERS = {
    "safe": "Knowing someone will pick up when I ring, and that nobody shouts.",
    "try_first": "Text me first and wait half an hour. Then ask Ade. He knows where I go.",
    "ready": "Ade picks me up, or a lift from the bus station. No talk about it in the car.",
    "coming_back": "Toast, a shower, sleep. Talk tomorrow, not tonight.",
}
CARERS_ANSWERS = {
    "try_first": "I will text first, then ring Ade. I will not ring round her friends' parents.",
    "coming_back": "I will leave the light on and make toast. No questions before breakfast.",
}
