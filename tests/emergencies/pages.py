"""The form on which closed parts are opened, as a worker fills it in."""

REASON = "She wrote that she may hurt herself tonight"
WROTE = "With Nan, when the door is locked"
PASSWORD = "four words nobody guesses"


def asking(cast):
    return f"/emergencies/young-people/{cast.maya}"


def fill(page, **more):
    values = {
        "sections": ["safe"],
        "reason_code": "serious_harm",
        "reason": REASON,
        "password": PASSWORD,
        **more,
    }
    return page.form("/emergencies/young-people/" + page.path.rsplit("/", 1)[1]).fill(values)
