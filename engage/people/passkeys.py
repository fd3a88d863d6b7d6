"""Passkeys of staff: the rules for them, and the library behind them.

It brings X.509, ASN.1 and CBOR: 8 MB and a tenth of a second of every start, for a page that few
people open once a day. Flask-Security takes it as not installed until somebody uses a passkey.
See docs/decisions/0041.
"""

from typing import TYPE_CHECKING, Any

from flask import Flask, request

from engage.config import Settings
from engage.imports import not_loading

with not_loading("webauthn"):
    from flask_security import webauthn as pages
    from flask_security import webauthn_util as rules

if TYPE_CHECKING:
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        UserVerificationRequirement,
    )

ENDPOINTS = "security.wan_"


class PasskeyRules(rules.WebauthnUtil):
    """A passkey proves who holds the phone, by fingerprint, face or PIN: two factors in one."""

    def authenticator_selection(self, user: Any, usage: str) -> "AuthenticatorSelectionCriteria":
        """Take those of phones, computers and keys alike, if they check their owner."""
        from webauthn.helpers import structs

        return structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> "UserVerificationRequirement":
        """Have the owner checked each time."""
        from webauthn.helpers import structs

        return structs.UserVerificationRequirement.REQUIRED


def init_app(app: Flask, settings: Settings) -> None:
    """Load the library when somebody opens a page about passkeys."""
    app.before_request(_bring_if_asked)


def _bring_if_asked() -> None:
    if (request.endpoint or "").startswith(ENDPOINTS):
        bring()


def bring() -> None:
    """Load the library and hand Flask-Security what it would have taken at its own import."""
    import webauthn
    from webauthn import helpers
    from webauthn.authentication import verify_authentication_response
    from webauthn.helpers import exceptions, structs
    from webauthn.registration import verify_registration_response

    found = {"webauthn": webauthn}
    for module in (structs, exceptions, helpers, verify_authentication_response,
                   verify_registration_response):  # fmt: skip
        found |= {name: value for name, value in vars(module).items() if name in WANTED}
    for taker in (pages, rules):
        vars(taker).update(found)


# What Flask-Security 5.9 imports of it; a guard compares.
WANTED = frozenset(
    {
        "AuthenticatorAttachment",
        "AuthenticatorSelectionCriteria",
        "AuthenticatorTransport",
        "InvalidAuthenticationResponse",
        "InvalidJSONStructure",
        "InvalidRegistrationResponse",
        "PublicKeyCredentialDescriptor",
        "PublicKeyCredentialType",
        "ResidentKeyRequirement",
        "UserVerificationRequirement",
        "VerifiedAuthentication",
        "VerifiedRegistration",
        "bytes_to_base64url",
        "options_to_json_dict",
        "parse_authentication_credential_json",
        "parse_registration_credential_json",
    }
)
