"""Whatever is sealed opens again for the same place only, and nothing else opens anything."""

import base64
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.crypto import CannotUnseal, Keyring, decode_key, new_key

TEXTS = st.text(max_size=300)
COLUMNS = st.sampled_from(["people.name", "people.phone", "messages.body", "emergency_uses.reason"])
IDS = st.uuids()


def ring(*names):
    """A keyring with fresh keys; the first one writes."""
    return Keyring(",".join(f"{name}:{new_key()}" for name in names), new_key())


KEYS = ring("k2", "k1")


@given(text=TEXTS, column=COLUMNS, row=IDS)
def test_what_was_sealed_opens_again_word_for_word(text, column, row):
    assert KEYS.unseal(KEYS.seal(text, column, row), column, row) == text


@given(text=TEXTS, row=IDS, other=IDS)
def test_a_value_moved_to_another_row_or_column_does_not_open(text, row, other):
    sealed = KEYS.seal(text, "people.name", row)
    with pytest.raises(CannotUnseal):
        KEYS.unseal(sealed, "people.phone", row)
    if other != row:
        with pytest.raises(CannotUnseal):
            KEYS.unseal(sealed, "people.name", other)


@given(text=TEXTS, at=st.integers(0), flip=st.integers(1, 255))
def test_a_value_with_one_byte_changed_does_not_open(text, at, flip):
    row = uuid4()
    key_id, nonce, body = KEYS.seal(text, "people.name", row).split(".")
    raw = bytearray(base64.urlsafe_b64decode(body + "=="))
    raw[at % len(raw)] ^= flip
    changed = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    with pytest.raises(CannotUnseal):
        KEYS.unseal(f"{key_id}.{nonce}.{changed}", "people.name", row)


@given(garbage=st.text(max_size=80))
def test_garbage_does_not_open_and_raises_nothing_else(garbage):
    with pytest.raises(CannotUnseal):
        KEYS.unseal(garbage, "people.name", UUID(int=1))


@given(text=st.text(min_size=8, max_size=60), row=IDS)
def test_nothing_of_the_text_can_be_read_in_what_is_stored(text, row):
    sealed = KEYS.seal(text, "people.name", row)
    assert text not in sealed
    assert sealed.startswith("k2.")


def test_the_same_text_is_never_sealed_alike_twice():
    row = uuid4()
    assert len({KEYS.seal("Maya", "people.name", row) for _ in range(200)}) == 200


def test_a_former_key_still_opens_and_the_first_one_writes():
    old = new_key()
    before = Keyring(f"k1:{old}", new_key())
    row = uuid4()
    sealed = before.seal("Maya", "people.name", row)
    after = Keyring(f"k2:{new_key()},k1:{old}", new_key())
    assert after.unseal(sealed, "people.name", row) == "Maya"
    assert after.seal("Maya", "people.name", row).startswith("k2.")
    with pytest.raises(CannotUnseal):
        ring("k2").unseal(sealed, "people.name", row)


def test_a_key_renamed_opens_nothing_since_its_name_is_bound_in():
    key, row = new_key(), uuid4()
    sealed = Keyring(f"k1:{key}", new_key()).seal("Maya", "people.name", row)
    renamed = Keyring(f"k9:{key}", new_key())
    with pytest.raises(CannotUnseal):
        renamed.unseal(sealed.replace("k1.", "k9.", 1), "people.name", row)


@given(text=TEXTS)
def test_digests_of_different_purposes_are_never_alike(text):
    digests = {KEYS.digest(purpose, text) for purpose in ("phone", "token", "audit", "email")}
    assert len(digests) == 4
    assert all(len(digest) == 32 for digest in digests)


@given(left=TEXTS, right=TEXTS)
def test_digests_are_alike_for_equal_texts_only(left, right):
    assert (KEYS.digest("phone", left) == KEYS.digest("phone", right)) is (left == right)


def test_another_index_key_gives_other_digests():
    assert KEYS.digest("phone", "+447700900001") != ring("k2").digest("phone", "+447700900001")


def test_keys_are_read_in_both_alphabets_of_base64():
    raw = bytes(range(224, 256))
    assert decode_key(base64.b64encode(raw).decode()) == raw
    assert decode_key(base64.urlsafe_b64encode(raw).decode()) == raw
    assert len({new_key() for _ in range(50)}) == 50
