"""Mail to members of staff: plain text, no names of young people, sent beside the request."""

import logging
import smtplib
import ssl
import threading
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from engage.config import Settings

log = logging.getLogger(__name__)
TIMEOUT = 15  # seconds


def send_beside(settings: Settings, to: str, subject: str, body: str) -> threading.Thread:
    """Send a mail in a thread of its own, so that no page takes longer for an address we know."""
    thread = threading.Thread(target=_send, args=(settings, to, subject, body), daemon=True)
    thread.start()
    return thread


def _send(settings: Settings, to: str, subject: str, body: str) -> None:
    server = urlsplit(settings.mail_url)
    message = EmailMessage()
    message["From"] = settings.mail_from or f"no-reply@{settings.public_host.partition(':')[0]}"
    message["To"], message["Subject"] = to, subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    try:
        with smtplib.SMTP(server.hostname or "", server.port or 25, timeout=TIMEOUT) as smtp:
            if smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail: not sent: %s", type(error).__name__)
