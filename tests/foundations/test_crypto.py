"""Sealing: opens only in its own place, with its own key."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.crypto import CannotUnseal, Keyring, new_key
from tests.sealing import is_sealed

INDEX = new_key()
OLD, NEW = f"k1:{new_key()}", f"k2:{new_key()}"
ROW = uuid4()


@pytest.fixture
def ring() -> Keyring:
    return Keyring(OLD, INDEX)


@given(st.text())
def test_whatever_is_sealed_opens_again(text: str) -> None:
    ring = Keyring(OLD, INDEX)
    assert ring.unseal(ring.seal(text, "people.name", ROW), "people.name", ROW) == text


def test_the_same_text_never_seals_alike(ring: Keyring) -> None:
    assert ring.seal("Maya", "people.name", ROW) != ring.seal("Maya", "people.name", ROW)


def test_a_sealed_value_does_not_show_its_text(ring: Keyring) -> None:
    assert is_sealed(ring.seal("Maya", "people.name", ROW))


@pytest.mark.parametrize(
    ("column", "row"), [("people.phone", ROW), ("plans.name", ROW), ("people.name", uuid4())]
)
def test_a_value_moved_elsewhere_does_not_open(ring: Keyring, column: str, row: object) -> None:
    value = ring.seal("Maya", "people.name", ROW)
    with pytest.raises(CannotUnseal):
        ring.unseal(value, column, row)  # type: ignore[arg-type]


def test_a_new_key_writes_and_the_old_one_still_reads(ring: Keyring) -> None:
    both = Keyring(f"{NEW},{OLD}", INDEX)
    assert both.unseal(ring.seal("Maya", "people.name", ROW), "people.name", ROW) == "Maya"
    assert both.seal("Maya", "people.name", ROW).startswith("k2.")


def test_a_dropped_key_is_said_plainly(ring: Keyring) -> None:
    value = ring.seal("Maya", "people.name", ROW)
    with pytest.raises(CannotUnseal, match=r"people\.name"):
        Keyring(NEW, INDEX).unseal(value, "people.name", ROW)


@pytest.mark.parametrize("value", ["", "k1", "k1..", "k1.AAAA.BBBB", "plain text", "k1.é.é"])
def test_damage_is_an_error_of_its_own(ring: Keyring, value: str) -> None:
    with pytest.raises(CannotUnseal):
        ring.unseal(value, "people.name", ROW)


def test_digests_depend_on_purpose_text_and_key(ring: Keyring) -> None:
    one = ring.digest("phone", "+447700900001")
    assert one == ring.digest("phone", "+447700900001")
    assert one != ring.digest("email", "+447700900001")
    assert one != ring.digest("phone", "+447700900002")
    assert one != Keyring(OLD, new_key()).digest("phone", "+447700900001")
