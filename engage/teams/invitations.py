"""How a colleague gets the link with which they choose a password.

By mail where mail is set, so that nobody but they ever sees it; else it is shown once to
whoever invited them, to hand over in person.
"""

from uuid import UUID

from flask import current_app, session

from engage.config import Settings
from engage.i18n import gettext as _
from engage.i18n import render_text
from engage.people import mail
from engage.people.access import SYSTEM
from engage.people.account_queries import find_account_of

SHOWN = "invitation"


def hand_over(person_id: UUID, code: str) -> None:
    """Mail the link, or keep it in this browser's session until the next page shows it once."""
    settings: Settings = current_app.extensions["engage"]
    link = f"{settings.public_url.rstrip('/')}/sign-in/new/{code}"
    account = find_account_of(SYSTEM, person_id)
    if not settings.mail_url or account is None:
        session[SHOWN] = {str(person_id): link}
        return
    words = render_text("people/mail/invitation.txt", account.person.locale, link=link)
    address = account.email_address
    mail.send_beside(settings, address, _("Your account"), words)
    session[SHOWN] = {"mailed": str(person_id)}
