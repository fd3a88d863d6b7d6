"""A mail server that takes what it is given, for as long as a test lasts."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            word = line.split(None, 1)[0].upper() if line.strip() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (more := self.rfile.readline()) != b".\r\n":
                    lines.append(more[1:] if more.startswith(b"..") else more)
                self.server.letters.append(b"".join(lines))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@contextmanager
def mail_server() -> Iterator[tuple[str, list[bytes]]]:
    """Yield its address, as ENGAGE_MAIL_URL has it, and the letters it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        letters: list[bytes] = []
        server.letters = letters  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", letters
        server.shutdown()
        thread.join(60)


def read(letter: bytes) -> EmailMessage:
    """Return a letter as a mail program reads it."""
    return message_from_bytes(letter, policy=policy.default)  # type: ignore[return-value]
