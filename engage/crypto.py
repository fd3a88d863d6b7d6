"""Sealing of text at rest, blind indexes and digests. Keys come from the environment."""

import base64
import functools
import hashlib
import hmac
import os
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotUnseal(Exception):
    """A stored value does not open with the keys we have, or was moved from its row."""


class Keyring:
    """The keys of one process: the first encryption key writes, all of them read."""

    def __init__(self, encryption_keys: str, index_key: str):
        pairs = [pair.partition(":") for pair in encryption_keys.split(",") if pair]
        self._ciphers = {name: AESGCM(decode_key(key)) for name, _, key in pairs}
        self.active = pairs[0][0]
        self._index_key = decode_key(index_key)

    @property
    def names(self) -> list[str]:
        """Return the ids of the encryption keys, the one that writes first."""
        return list(self._ciphers)

    def seal(self, text: str, column: str, row_id: UUID) -> str:
        """Encrypt text with AES-256-GCM, bound to `table.column`, its row and the key."""
        nonce = os.urandom(12)
        bound = f"{column}|{row_id}|{self.active}".encode()
        sealed = self._ciphers[self.active].encrypt(nonce, text.encode(), bound)
        return f"{self.active}.{_encode(nonce)}.{_encode(sealed)}"

    def unseal(self, value: str, column: str, row_id: UUID) -> str:
        """Decrypt a sealed value, or raise CannotUnseal."""
        try:
            key_id, nonce, sealed = value.split(".")
            bound = f"{column}|{row_id}|{key_id}".encode()
            return self._ciphers[key_id].decrypt(_decode(nonce), _decode(sealed), bound).decode()
        except (ValueError, KeyError, InvalidTag):
            raise CannotUnseal(f"{column} of {row_id} does not open with the keys set.") from None

    def digest(self, purpose: str, text: str) -> bytes:
        """Return a keyed digest; different purposes never give comparable digests."""
        return hmac.digest(self._index_key, f"{purpose}|{text}".encode(), hashlib.sha256)


def decode_key(text: str) -> bytes:
    """Decode base64 of either alphabet."""
    return base64.b64decode(text.replace("-", "+").replace("_", "/"))


def new_key() -> str:
    """Make a fresh 32-byte key, in base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_keyring: Keyring | None = None


def configure(encryption_keys: str, index_key: str) -> None:
    """Set the keys of this process; called once by the app factory."""
    global _keyring
    _keyring = Keyring(encryption_keys, index_key)
    _blind_index.cache_clear()


def keyring() -> Keyring:
    """Return the keys of this process."""
    if _keyring is None:
        raise RuntimeError("crypto.configure() has not been called.")
    return _keyring


def seal(text: str, column: str, row_id: UUID) -> str:
    """Encrypt text for `table.column` of this row."""
    return keyring().seal(text, column, row_id)


def unseal(value: str, column: str, row_id: UUID) -> str:
    """Decrypt what `seal` made for the same column and row, or raise CannotUnseal."""
    return keyring().unseal(value, column, row_id)


def blind_index(purpose: str, text: str) -> str:
    """Return 32 hexadecimal digits that are equal only for equal texts (phone look-up).

    Source: SAFETY 11 (HMAC-SHA256, first 16 bytes, key kept outside the database).
    """
    return _blind_index(purpose, text)


@functools.lru_cache(maxsize=4096)
def _blind_index(purpose: str, text: str) -> str:
    return keyring().digest(purpose, text)[:16].hex()


def token_digest(token: str) -> str:
    """Return the digest under which a link's code or a session's id is stored."""
    return keyring().digest("token", token).hex()


class sealed:
    """Declare that an attribute is stored encrypted in the mapped attribute named here.

    `_name = mapped_column("name", Text)` then `name = sealed("_name")`: reading decrypts,
    writing encrypts, bound to table, column and the row's id (which the base class sets
    when the object is made). `column` names the column where the attribute has another name.
    """

    def __init__(self, attribute: str, column: str = ""):
        self.attribute = attribute
        self.name = column

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        value = getattr(row, self.attribute)
        return None if value is None else unseal(value, self._column(row), row.id)

    def __set__(self, row: Any, text: str | None) -> None:
        value = None if text is None else seal(text, self._column(row), row.id)
        setattr(row, self.attribute, value)

    def _column(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.name}"
