"""What a referral is made of before it is kept, whichever way it comes."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from engage.crypto import blind_index, token_digest
from engage.intake.rules import (
    MOST_CONTACT,
    MOST_NAME,
    MOST_REFERENCE,
    MOST_WORDS,
    About,
    CameBy,
    Referrer,
    Trouble,
)
from engage.people.words import fold

# So much of one file is kept, and so many of one mail.
MOST_BYTES, MOST_FILES, MOST_FILE_NAME = 5 * 1024 * 1024, 20, 120


@dataclass(frozen=True)
class Draft:
    """What somebody tells. `phone` is in E.164, `since` an aware instant."""

    about: About
    source: Referrer
    words: str = ""
    name: str = ""
    birth_date: date | None = None
    phone: str | None = None
    reference: str = ""
    contact: str = ""
    since: datetime | None = None
    trouble: Trouble | None = None

    def content(self) -> str:
        """Return all it says as one text: two that say the same give the same."""
        return json.dumps(
            [
                self.about, self.source, self.words, self.name, str(self.birth_date), self.phone,
                self.reference, self.contact, self.since.isoformat() if self.since else None,
            ]
        )  # fmt: skip

    def fits(self) -> bool:
        """Say whether every text is within its limit. Each door says so in its own words."""
        return all(
            len(text) <= most
            for text, most in (
                (self.words, MOST_WORDS), (self.name, MOST_NAME),
                (self.reference, MOST_REFERENCE), (self.contact, MOST_CONTACT),
            )
        )  # fmt: skip


@dataclass(frozen=True)
class SetAside:
    """A file that came along. `data` is None where it was too big: then its name alone is kept."""

    name: str
    size: int
    data: bytes | None


def reference_index(reference: str) -> str | None:
    """Return by what a reference is found, however it is spaced and written."""
    folded = "".join(fold(reference))
    return blind_index("referral_reference", folded) if folded else None


def key_index(came_by: CameBy, key: str) -> str:
    """Return by what one and the same sending is known again."""
    return blind_index("referral", f"{came_by}|{key}")


def sender_digest(token: str) -> str:
    """Return under what the token of a program is kept."""
    return token_digest(f"referral sender|{token}")


def clean(text: str) -> str:
    """Return a text without the signs that no page can show and no table can keep."""
    if text.isprintable():
        return text
    return "".join(each for each in text if _is_shown(each))


def _is_shown(sign: str) -> bool:
    if sign in "\n\t":
        return True
    code = ord(sign)
    is_never = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return not is_never and unicodedata.category(sign) not in ("Cc", "Cs")
