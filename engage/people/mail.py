"""Mail to members of staff: plain text, no names of young people, sent beside the request."""

import logging
import smtplib
import ssl
import threading
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from engage.calendars import Method, content_type
from engage.config import Settings

log = logging.getLogger(__name__)
TIMEOUT = 15  # seconds


def send_beside(settings: Settings, to: str, subject: str, body: str) -> threading.Thread:
    """Send a mail in a thread of its own, so that no page takes longer for an address we know."""
    thread = threading.Thread(target=_send, args=(settings, to, subject, body), daemon=True)
    thread.start()
    return thread


def send_invitation(
    settings: Settings, to: str, subject: str, body: str, calendar: bytes, method: Method
) -> bool:
    """Send a mail with a calendar file, now; say whether the server took it. For the worker."""
    message = _letter(settings, to, subject, body)
    kind, _, parameters = content_type(method).partition("; ")
    main, _, sub = kind.partition("/")
    # As an alternative mail programs offer yes and no; its method must stand in the header.
    message.add_alternative(calendar, maintype=main, subtype=sub, filename="meeting.ics")
    part = list(message.iter_parts())[-1]
    for parameter in parameters.split("; "):
        name, _, value = parameter.partition("=")
        part.set_param(name, value)
    return _hand_over(settings, message)


def send_now(settings: Settings, to: str, subject: str, body: str, *, message_id: str) -> bool:
    """Send a mail now; say whether the server took it. For the worker.

    `message_id` stays the same when it is tried again, so that a mail server can tell.
    """
    message = _letter(settings, to, subject, body)
    message["Message-ID"] = message_id
    return _hand_over(settings, message)


def _send(settings: Settings, to: str, subject: str, body: str) -> None:
    _hand_over(settings, _letter(settings, to, subject, body))


def _letter(settings: Settings, to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender(settings)
    message["To"], message["Subject"] = to, subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def sender(settings: Settings) -> str:
    """Return the address our mail comes from."""
    return settings.mail_from or f"no-reply@{settings.public_host.partition(':')[0]}"


def _hand_over(settings: Settings, message: EmailMessage) -> bool:
    server = urlsplit(settings.mail_url)
    try:
        with smtplib.SMTP(server.hostname or "", server.port or 25, timeout=TIMEOUT) as smtp:
            if smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail: not sent: %s", type(error).__name__)
        return False
    return True
