"""The reference web program: Flask and SQLAlchemy Core, nothing else.

POST /webhooks/twilio/sms: check the signature, look up the blind index, insert one check-in and
three outbox rows with one encrypted body, commit. GET /now: one look-up and a page of the size
of ours. `python -m benchmarks.reference.web` serves it with gunicorn like Engage.
"""

import base64
import hashlib
import hmac
import os
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, Response, abort, render_template_string, request
from gunicorn.app.base import BaseApplication
from sqlalchemy import (
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    bindparam,
    create_engine,
    insert,
    select,
)

from engage.config import Settings
from engage.db import engine_options, prepare_engine

metadata = MetaData()
people = Table(
    "ref_people", metadata, Column("id", Uuid, primary_key=True), Column("phone_index", String(32)),
    Index("ref_phone", "phone_index"),
)  # fmt: skip
check_ins = Table(
    "ref_check_ins", metadata, Column("id", Uuid, primary_key=True),
    Column("sid", String(40), unique=True), Column("person_id", Uuid), Column("body", LargeBinary),
    Column("received_at", DateTime(timezone=True)),
)  # fmt: skip
outbox = Table(
    "ref_outbox", metadata, Column("id", Uuid, primary_key=True), Column("person_id", Uuid),
    Column("template", String(40)), Column("due_at", DateTime(timezone=True)),
    Index("ref_due", "due_at"),
)  # fmt: skip
LOOK_UP = select(people.c.id).where(people.c.phone_index == bindparam("phone"))
ONE = select(people.c.id).limit(1)


def make_app(environ: dict[str, str]) -> Flask:
    """Return the reference program."""
    settings = Settings.model_validate({"DATABASE_URL": environ["DATABASE_URL"]})
    options = engine_options(settings)
    engine = create_engine(options.pop("url"), **options)
    prepare_engine(engine)
    token, key = environ["TWILIO_AUTH_TOKEN"].encode(), base64.b64decode(environ["KEY"])
    address, cipher = environ["ENGAGE_PUBLIC_URL"], AESGCM(key)
    with open(environ["PAGE"], encoding="utf-8") as file:
        page = file.read()
    app = Flask(__name__)

    @app.post("/webhooks/twilio/sms")
    def sms() -> Response:
        params = dict(parse_qsl(request.get_data().decode(), keep_blank_values=True))
        text = address + request.path + "".join(f"{k}{v}" for k, v in sorted(params.items()))
        wanted = base64.b64encode(hmac.digest(token, text.encode(), hashlib.sha1)).decode()
        if not hmac.compare_digest(wanted, request.headers["X-Twilio-Signature"]):
            abort(403)
        index = hmac.digest(key, params["From"].encode(), hashlib.sha256)[:16].hex()
        now, row_id, nonce = datetime.now(UTC), uuid.uuid4(), os.urandom(12)
        with engine.begin() as connection:
            person = connection.execute(LOOK_UP, {"phone": index}).scalar_one_or_none()
            body = nonce + cipher.encrypt(nonce, params["Body"].encode(), row_id.bytes)
            connection.execute(
                insert(check_ins),
                {"id": row_id, "sid": params["MessageSid"], "person_id": person, "body": body,
                 "received_at": now},
            )  # fmt: skip
            connection.execute(
                insert(outbox),
                [
                    {"id": uuid.uuid4(), "person_id": person, "template": f"t{n}",
                     "due_at": now + timedelta(seconds=n)}
                    for n in range(3)
                ],
            )  # fmt: skip
        return Response("<Response/>", mimetype="text/xml")

    @app.get("/now")
    def now() -> str:
        with engine.connect() as connection:
            person = connection.execute(ONE).scalar_one_or_none()
        return render_template_string(page, person=person, key=uuid.uuid4().hex)

    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(people), [
            {"id": uuid.uuid4(), "phone_index":
             hmac.digest(key, f"+4477{n:08}".encode(), hashlib.sha256)[:16].hex()}
            for n in range(int(environ["PEOPLE"]))
        ])  # fmt: skip
    engine.dispose()
    return app


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn as Engage runs it: 2 processes of 4 threads."""

    def load_config(self) -> None:
        for name, value in {
            "bind": f"127.0.0.1:{os.environ['PORT']}", "workers": 2, "threads": 4,
            "worker_class": "gthread", "preload_app": True, "accesslog": None,
            "loglevel": "error", "keepalive": 5, "control_socket_disable": True,
        }.items():  # fmt: skip
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return make_app(dict(os.environ))


if __name__ == "__main__":
    Server().run()
