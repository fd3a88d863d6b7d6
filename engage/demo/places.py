"""Eight invented places for the demonstration, with numbers kept free for drama (Ofcom)."""

from datetime import datetime
from uuid import UUID

from engage.people.access import SYSTEM
from engage.places.actions import PlaceFacts, add_place
from engage.places.rules import RunBy, What

PLACES = (
    PlaceFacts(
        "Northtown Youth Hub", What.YOUTH, "Northtown", 53.8008, -1.5491,
        run_by=[RunBy.COMMUNITY, RunBy.BLACK_LED], languages=["en", "so"],
        address="14 Market Street", postcode="NT1 4AB", phone="020 7946 0101",
        hours="Mon-Fri 15:00-21:00, Sat 12:00-20:00",
        note="Warm room, phone chargers, someone to talk to. You can just walk in.",
    ),
    PlaceFacts(
        "Blue House night drop-in", What.DROP_IN, "Northtown", 53.7974, -1.5437,
        text_name="Blue House", run_by=[RunBy.CHARITY], languages=["en", "ar", "ckb"],
        address="3 Canal Row", postcode="NT1 2BX", phone="020 7946 0102", hours="always",
        note="Open all night, every night. Tea, a shower, a safe chair.",
    ),
    PlaceFacts(
        "Rainbow Corner", What.YOUTH, "Northtown", 53.7996, -1.5405,
        text_name="The Corner", run_by=[RunBy.LGBTQ, RunBy.COMMUNITY], languages=["en", "es"],
        address="27 Mill Lane", postcode="NT2 7HE", phone="020 7946 0103",
        hours="Tue-Thu 16:00-20:00, Sat 13:00-18:00",
        note="For anyone under 25 who is LGBTQ+ or not sure.",
    ),
    PlaceFacts(
        "Al-Amal community kitchen", What.FAITH, "Eastfield", 53.8090, -1.5120,
        text_name="Al-Amal kitchen", run_by=[RunBy.FAITH, RunBy.COMMUNITY],
        languages=["ar", "en", "ur"], address="61 Station Road", postcode="NT4 1QD",
        phone="020 7946 0104", hours="daily 12:00-14:00 18:00-20:00",
        note="Free hot food, no questions. Women's room upstairs.",
    ),
    PlaceFacts(
        "Eastfield Library", What.LIBRARY, "Eastfield", 53.8121, -1.5085,
        run_by=[RunBy.COUNCIL], languages=["en", "pl"], address="2 Park Way",
        postcode="NT4 3LR", phone="020 7946 0105", hours="Mon-Sat 9:30-18:00",
        note="Free wifi and computers. Staff can call someone for you.",
    ),
    PlaceFacts(
        "Southgate Walk-in Clinic", What.HEALTH, "Southgate", 53.7720, -1.5350,
        run_by=[RunBy.HEALTH], languages=["en"], address="Southgate Hospital, Gate B",
        postcode="NT7 5AA", phone="020 7946 0106", hours="always",
        note="Any hour, any age. You can ask to be seen alone.",
    ),
    PlaceFacts(
        "Ty Croeso", What.SHELTER, "Southgate", 53.7702, -1.5402,
        run_by=[RunBy.CHARITY], languages=["cy", "en"], address="8 Chapel Street",
        postcode="NT7 2DB", phone="020 7946 0107", hours="daily 20:00-8:00",
        note="A bed for the night from 16 on. Younger: they find you one.",
    ),
    PlaceFacts(
        "Your Rights advice bus", What.ADVICE, "Westbrook", 53.8045, -1.6010,
        text_name="Advice bus", run_by=[RunBy.CHARITY, RunBy.COMMUNITY],
        languages=["en", "es", "pt"], address="Westbrook Square", postcode="NT9 6EE",
        phone="020 7946 0108", hours="Wed 14:00-19:00, Fri 14:00-19:00",
        note="Free advice about home, money and school.",
    ),
)  # fmt: skip


def seed_places(organisation_id: UUID, *, now: datetime) -> None:
    """Put the invented places into the directory of the demonstration."""
    for facts in PLACES:
        add_place(SYSTEM, organisation_id, facts, now=now)
