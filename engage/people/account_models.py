"""How a member of staff signs in: Flask-Security's user, and their passkeys.

Apart from the other models, because Flask-Security brings 14 MB with it: a worker has no pages
and never loads it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_security import UserMixin, WebAuthnMixin
from sqlalchemy import JSON, Boolean, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.crypto import sealed
from engage.db import Base
from engage.people.models import Person


class Account(Base, UserMixin):  # type: ignore[misc]  # its id is an int in theory
    """How a member of staff signs in. Flask-Security's user."""

    __tablename__ = "accounts"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    _email: Mapped[str] = mapped_column("email_sealed", Text)
    # Flask-Security looks people up by `email`: here it holds the blind index of the address.
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)  # type: ignore[assignment]
    confirmed_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(Text)
    # The last code used, so that nobody who saw it can use it again.
    tf_last_counter: Mapped[int | None] = mapped_column(Integer)
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))

    person: Mapped[Person] = relationship(lazy="joined")
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan"
    )
    roles: Any = ()

    email_address = sealed("_email")

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Ask every member of staff for a second factor, those of a demonstration excepted.

        Flask-Security calls this after the password. Source: SAFETY 13, CONTRACT.
        """
        required = self.check_tf_required_setup() or bool(tf_setup_methods)
        return required and not tf_fresh, tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Say whether this account may not go without a second factor."""
        return not self.person.organisation.is_demo


class Passkey(Base, WebAuthnMixin):  # type: ignore[misc]
    """A passkey of a member of staff. Flask-Security's WebAuthn record."""

    __tablename__ = "passkeys"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(Integer, default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    backup_state: Mapped[bool] = mapped_column(Boolean)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[Account] = relationship(back_populates="webauthn")
