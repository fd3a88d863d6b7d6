"""What a phone locks for us: we open it, nobody else does, and nothing broken passes."""

import base64
import json
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from engage.worries.boxes import LONGEST, NotOurs, open_box, public_key

TOKEN = "a-token-of-a-phone-0123456789"


def lock(token: str, value: Any) -> str:
    """Lock something as a phone does (assets/_kept.mjs)."""
    point = base64.b64decode(public_key(token))
    ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    moment = ec.generate_private_key(ec.SECP256R1())
    nonce = os.urandom(12)
    sealed = AESGCM(moment.exchange(ec.ECDH(), ours)).encrypt(
        nonce, json.dumps(value).encode(), None
    )
    own = moment.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(own + nonce + sealed).decode()


@pytest.fixture(autouse=True)
def _configured(app: Flask) -> None:
    pass


def test_what_a_phone_locked_opens_with_its_token() -> None:
    assert open_box(TOKEN, lock(TOKEN, {"prompt": "today", "words": "nos da"})) == {
        "prompt": "today", "words": "nos da",
    }  # fmt: skip


def test_each_phone_has_a_key_of_its_own_and_always_the_same() -> None:
    assert public_key(TOKEN) == public_key(TOKEN) != public_key(TOKEN + "x")
    assert len(base64.b64decode(public_key(TOKEN))) == 65


def test_another_phones_token_opens_nothing() -> None:
    with pytest.raises(NotOurs):
        open_box(TOKEN + "x", lock(TOKEN, {"a": 1}))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda box: "",
        lambda box: "not base64 at all!",
        lambda box: box[:40],
        lambda box: base64.b64encode(base64.b64decode(box)[:-1]).decode(),
        lambda box: base64.b64encode(bytes(65) + base64.b64decode(box)[65:]).decode(),
        lambda box: "A" * (LONGEST + 4),
    ],
)
def test_a_broken_box_is_refused_and_nothing_breaks(spoil: Any) -> None:
    with pytest.raises(NotOurs):
        open_box(TOKEN, spoil(lock(TOKEN, {"a": 1})))


def test_only_an_object_counts() -> None:
    with pytest.raises(NotOurs):
        open_box(TOKEN, lock(TOKEN, ["a", "list"]))
