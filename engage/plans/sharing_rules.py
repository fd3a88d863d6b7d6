"""The sharing agreement as lines: a part, a person or role, and when it is open. Plain Python."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from engage.people.rules import Level, Purpose

# From the most private to the most open, so that nobody is led to share by what comes first.
# Source: Children's Code, standard 13 (no nudges), in SAFETY 5.1.
ORDER = (Purpose.NEVER, Purpose.DANGER, Purpose.AWAY, Purpose.ALWAYS)
# Who writes in the plan too, where a part is open to them always.
WRITERS = ("carer", "social_worker")


@dataclass(frozen=True)
class Line:
    """One line of the agreement: `section`, whom (`role:…` or an id), and when it is open."""

    section: str
    whom: str
    purpose: Purpose

    @property
    def key(self) -> str:
        """Return what the line is about, whatever its answer."""
        return f"{self.section}|{self.whom}"

    @property
    def role(self) -> str | None:
        """Return the role it reaches, or None for a person."""
        return self.whom.removeprefix("role:") if self.whom.startswith("role:") else None

    @property
    def level(self) -> Level:
        """Return what it allows: carers and workers may also write where they always read."""
        writes = self.role in WRITERS and self.purpose is Purpose.ALWAYS
        return Level.ACT if writes else Level.VIEW


def read_line(text: str) -> Line | None:
    """Read `section|whom` (yes) or `section|whom|purpose`; None for anything else."""
    section, _, rest = text.partition("|")
    whom, _, purpose = rest.partition("|")
    if not section or not whom or purpose not in {"", *Purpose}:
        return None
    return Line(section, whom, Purpose(purpose or Purpose.ALWAYS))


def read_lines(texts: Iterable[str], offered: Collection[str]) -> dict[str, Line]:
    """Map each line's key to the line; what was not offered or cannot be read is left out."""
    found = (read_line(text) for text in texts)
    return {line.key: line for line in found if line is not None and line.key in offered}


@dataclass(frozen=True)
class Count:
    """How many parts somebody may see when."""

    always: int = 0
    away: int = 0
    danger: int = 0
    never: int = 0
    unanswered: int = 0


def count_of(purposes: Mapping[str, str], sections: Collection[str]) -> Count:
    """Count the answers of one person or role over the parts that are asked."""
    answers = [purposes.get(section) for section in sections]
    return Count(
        always=answers.count(Purpose.ALWAYS),
        away=answers.count(Purpose.AWAY),
        danger=answers.count(Purpose.DANGER),
        never=answers.count(Purpose.NEVER),
        unanswered=answers.count(None),
    )
