"""A meeting about welfare, put on the stage: minutes, and what somebody does after it."""

from collections.abc import Callable

from tests.journeys.demonstration import Browser


def think_together(sam: Browser, in_days: Callable[[int], str]) -> dict[str, str]:
    """Let Sam write down a meeting about something, and what he does; return where both are."""
    new = "/welfare-meetings/new"
    form = sam.page(new).form(new)
    form.fill(subject="Under the bridge", held_on=in_days(-1), noticed="It is warm there")
    page = sam.send(form)
    here, form = page.path, page.form(f"{page.path}/actions")
    owner = next(value for value in form.options("owner") if value)
    page = sam.send(form.fill(what="Ask for lamps", owner=owner, due_on=in_days(9)))
    agreed = next(link for link in page.links.values() if link.startswith("/welfare-actions/"))
    return {"welfare": here.rsplit("/", 1)[1], "agreed": agreed.rsplit("/", 1)[1]}
