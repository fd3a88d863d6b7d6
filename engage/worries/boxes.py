"""What a phone locks for us alone: answers given without a signal, which the phone cannot read.

A box is made with a key of the moment (ECDH, P-256) and our public key for that phone, then sealed
with AES-GCM, as browsers do it (assets/_kept.mjs). Our private key is made from the phone's token
and a key outside the database, so that nothing more has to be kept.
"""

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from engage.crypto import keyring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

# The order of P-256, the number of its private keys. Source: FIPS 186-5, curve P-256.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT, NONCE = 65, 12  # bytes
LONGEST = 12_000  # signs of base64


class NotOurs(ValueError):
    """A box that does not open with this phone's token."""


def public_key(token: str) -> str:
    """Return the key with which the phone of this token locks what is for us (base64, a point)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    raw = _private(token).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.b64encode(raw).decode()


def open_box(token: str, box: str) -> dict[str, Any]:
    """Return what a phone locked: point, nonce and sealed JSON in base64. Raises NotOurs."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(box) > LONGEST:
        raise NotOurs("too long")
    try:
        raw = base64.b64decode(box, validate=True)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw[:POINT])
        shared = _private(token).exchange(ec.ECDH(), theirs)
        sealed = raw[POINT + NONCE :]
        found = json.loads(AESGCM(shared).decrypt(raw[POINT : POINT + NONCE], sealed, None))
    except (binascii.Error, ValueError, InvalidTag) as error:
        raise NotOurs(type(error).__name__) from None
    if not isinstance(found, dict):
        raise NotOurs("no object")
    return found


def _private(token: str) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec

    number = int.from_bytes(keyring().digest("phone box", token))
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())
