"""The page of the photo, as a browser uses it."""

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engage.audit.models import AuditEntry
from engage.db import db
from engage.plans.photo_models import PlanPhoto
from tests.page import Page
from tests.plans import photos
from tests.plans.conftest import MayasPlan

TODAY = "2026-11-22"


def put_in(plan: MayasPlan, who: str, data: bytes | None = None, **fields: object) -> Any:
    """Send the form of the photo as a browser does; return the page, or where it leads."""
    browser = plan.browser(who)
    form = Page(browser.get(f"{plan.path}/photo")).form(f"{plan.path}/photo")
    file = FileStorage(io.BytesIO(photos.jpeg() if data is None else data), "me.jpg")
    sent = {"csrf_token": form.values["csrf_token"][0], "taken_on": TODAY, "photo": file}
    if who == "maya":
        sent["agreed"] = "y"
    sent = {name: value for name, value in {**sent, **fields}.items() if value is not None}
    answer = post_parts(browser, f"{plan.path}/photo", sent)
    return Page(answer) if answer.status_code != 303 else answer


def post_parts(browser: FlaskClient, path: str, sent: dict[str, Any]) -> Any:
    boundary, body = encode_multipart(sent)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(path, data=body, content_type=kind)


def press(plan: MayasPlan, who: str, which: str) -> int:
    page = Page(plan.browser(who).get(f"{plan.path}/photo"))
    token = page.form(f"{plan.path}/photo").values["csrf_token"]
    answer = plan.browser(who).post(f"{plan.path}/photo/{which}", data={"csrf_token": token})
    return answer.status_code


def look(plan: MayasPlan, who: str, which: str = "kept") -> int:
    return plan.browser(who).get(f"{plan.path}/photo/{which}.jpg").status_code


def rows(plan: MayasPlan) -> int:
    with plan.app.app_context():
        return db.session.scalar(select(func.count()).select_from(PlanPhoto)) or 0


def acts(plan: MayasPlan) -> list[str]:
    with plan.app.app_context():
        return list(
            db.session.scalars(
                select(AuditEntry.verb)
                .where(AuditEntry.verb.startswith("photo:"))
                .order_by(AuditEntry.at, AuditEntry.verb)
            )
        )
