"""A page as a reader meets it: parsed strictly, then read, filled in and sent.

`page = Page(response)` fails the test if the page is not valid, could not be used with a screen
reader, could leak to another origin, or has a form that could be forged.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import parse

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
OWN_SCHEMES = {"tel", "sms", "mailto"}
UNTYPED = {"hidden", "submit", "button", "image", "reset"}
INLINE = {"a", "abbr", "b", "bdi", "em", "small", "span", "strong", "svg", "time"}
POINTS_TO = {"for", "form", "aria-describedby", "aria-labelledby", "aria-controls"}
LEADS_TO = {"href", "src", "action", "formaction", "poster", "data"}
VOID_OF_WORDS = {"script", "style", "template", "noscript"}

Values = dict[str, list[str]]


class Form:
    """One form on a page: what it would send now, and a way to fill it in and send it."""

    def __init__(self, page: Page, element: Element) -> None:
        self.page = page
        self.element = element
        self.method = (element.get("method") or "get").upper()
        self.action = urlsplit(urljoin(page.path, element.get("action") or page.path)).path
        self.values: Values = {}
        self.files: dict[str, Any] = {}
        for control in element.iter():
            for value in _initial_values(control):
                self.values.setdefault(control.get("name", ""), []).append(value)
        self.values.pop("", None)

    @property
    def names(self) -> set[str]:
        """Every name this form can send, chosen yet or not."""
        return {c.get("name", "") for c in self.element.iter() if _is_control(c)} - {""}

    @property
    def buttons(self) -> dict[str, Element]:
        """Words on each button, in order."""
        return {
            words(e): e
            for e in self.element.iter("button")
            if (e.get("type") or "submit") == "submit"
        }

    def options(self, name: str) -> list[str]:
        """The values a reader may choose for a group of radios, checkboxes or a select."""
        found: list[str] = []
        for control in self.element.iter():
            if control.get("name") != name:
                continue
            if control.tag == "select":
                found += [o.get("value", words(o)) for o in control.iter("option")]
            elif control.get("type") in {"radio", "checkbox"} or control.tag == "button":
                found.append(control.get("value", "on"))
        return found

    def fill(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Form:
        """Type or choose; the form must have the field and offer the choice."""
        for name, value in {**(values or {}), **more}.items():
            assert name in self.names, f"no field {name!r} in form {self.action}: {self.names}"
            if hasattr(value, "read") or isinstance(value, tuple):
                self.files[name] = value
                continue
            chosen = [str(v) for v in value] if isinstance(value, list) else [str(value)]
            if offered := self.options(name):
                missing = set(chosen) - set(offered)
                assert not missing, f"{name!r} offers {offered}, not {sorted(missing)}"
            self.values[name] = chosen
        return self

    def submit(self, client: FlaskClient, press: str | None = None, **kwargs: Any) -> TestResponse:
        """Send it as a browser would; `press` is the words (or the value) on a button."""
        data: dict[str, Any] = {k: list(v) for k, v in self.values.items()}
        button = self._button(press)
        if button is not None and button.get("name"):
            data[button.get("name", "")] = [button.get("value", "")]
        data.update(self.files)
        action = self.action
        if button is not None and button.get("formaction"):
            action = button.get("formaction", "")
        headers = {"Referer": self.page.url, **kwargs.pop("headers", {})}
        kwargs.setdefault("base_url", self.page.origin)
        if self.method == "GET":
            return client.get(action, query_string=data, headers=headers, **kwargs)
        return client.post(action, data=data, headers=headers, **kwargs)

    def send(self, client: FlaskClient, press: str | None = None, **kwargs: Any) -> Page:
        """Send it, expect to be moved on (303), and read the page one lands on."""
        response = self.submit(client, press, **kwargs)
        if response.status_code == 303:
            return follow(client, response)
        page = Page(response)
        raise AssertionError(f"expected 303, got {page.status}: {page.errors or page.text[:400]}")

    def _button(self, press: str | None) -> Element | None:
        if press is None:
            return next(iter(self.buttons.values()), None)
        for label, element in self.buttons.items():
            if press in (label, element.get("value")):
                return element
        raise AssertionError(f"no button {press!r} in form {self.action}: {list(self.buttons)}")


class Page:
    """A parsed HTML answer that has passed every check a page of ours must pass."""

    def __init__(self, response: TestResponse, *, csrf: bool = True) -> None:
        self.response = response
        self.status = response.status_code
        self.url = response.request.url
        self.path = urlsplit(self.url).path
        parts = urlsplit(self.url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        assert response.content_type == "text/html; charset=utf-8", (
            f"{self.path}: {self.status} {response.content_type} {response.location or ''}"
        )
        self.html = response.get_data(as_text=True)
        self.root = _parse(self.html)
        _check(self, csrf=csrf)

    @property
    def title(self) -> str:
        """What the tab and the phone's list of pages show."""
        return words(self.one("title"))

    @property
    def heading(self) -> str:
        """The words of the page's only h1."""
        return words(self.one("h1"))

    @property
    def lang(self) -> str:
        return self.root.get("lang", "")

    @property
    def dir(self) -> str:
        return self.root.get("dir", "")

    @property
    def main(self) -> Element:
        return self.one("main")

    @property
    def text(self) -> str:
        """All words a reader sees or hears, header and footer too."""
        return words(self.one("body"))

    @property
    def main_text(self) -> str:
        """The words of this page alone, without header and footer."""
        return words(self.main)

    @property
    def errors(self) -> list[str]:
        """The lines of "A few things to fix"."""
        return [
            words(item) for box in self.all(cls="govuk-error-summary") for item in box.iter("li")
        ]

    @property
    def forms(self) -> list[Form]:
        return [Form(self, e) for e in self.root.iter("form")]

    @property
    def links(self) -> dict[str, str]:
        """Words → address of every link."""
        return {words(a): a.get("href", "") for a in self.root.iter("a")}

    def form(self, action: str | None = None) -> Form:
        """The form that posts to `action` (a path, or its end), or the only form in main."""
        if action is None:
            forms = [Form(self, e) for e in self.main.iter("form")]
        else:
            forms = [f for f in self.forms if f.action == action] or [
                f for f in self.forms if f.action.endswith(action)
            ]
        assert len(forms) == 1, (
            f"{len(forms)} forms for {action!r} on {self.path}: {[f.action for f in self.forms]}"
        )
        return forms[0]

    def link(self, label: str) -> str:
        """Where the link with these words goes."""
        assert label in self.links, f"no link {label!r} on {self.path}: {list(self.links)}"
        return self.links[label]

    def click(self, client: FlaskClient, label: str) -> Page:
        """Follow the link with these words."""
        return Page(client.get(self.link(label), base_url=self.origin))

    def all(self, tag: str | None = None, cls: str | None = None, **attrs: str) -> list[Element]:
        """Every element with this tag, this class and these attributes (`_` stands for `-`)."""
        return [
            e
            for e in self.root.iter(tag)
            if isinstance(e.tag, str)
            and (cls is None or cls in e.get("class", "").split())
            and all(e.get(k.rstrip("_").replace("_", "-")) == v for k, v in attrs.items())
        ]

    def one(self, tag: str | None = None, cls: str | None = None, **attrs: str) -> Element:
        """The only element of that kind; fails when there are none or more."""
        found = self.all(tag, cls, **attrs)
        assert len(found) == 1, f"{len(found)} of <{tag} .{cls} {attrs}> on {self.path}"
        return found[0]

    def __contains__(self, sentence: str) -> bool:
        return " ".join(sentence.split()) in self.text


def stands_in(word: str, html: str) -> bool:
    """Say whether a word stands by itself in the source of a page.

    In tokens, keys and addresses of ours any few letters turn up by chance.
    """
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", html) is not None


def follow(client: FlaskClient, response: TestResponse) -> Page:
    """Read the page a 303 leads to, however many steps it takes."""
    for _ in range(5):
        assert response.status_code == 303, f"expected 303, got {response.status_code}"
        where = urljoin(response.request.url, response.location)
        parts = urlsplit(where)
        origin = f"{parts.scheme}://{parts.netloc}"
        response = client.get(where.removeprefix(origin), base_url=origin)
        if response.status_code != 303:
            return Page(response)
    raise AssertionError("redirected more than five times")


def words(element: Element) -> str:
    """The words inside an element, spaces tidied."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    if element.tag in VOID_OF_WORDS or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        # Blocks end a word even when the HTML has no space between them.
        edge = "" if child.tag in INLINE else " "
        yield edge
        yield from _pieces(child)
        yield edge
        yield child.tail or ""


def _parse(html: str) -> Element:
    assert html.lstrip().lower().startswith("<!doctype html>"), "no doctype"
    root, errors = parse(html)
    lines = html.splitlines() if errors else []
    problems = [
        f"line {position[0]}: {code} {detail} in {''.join(lines[position[0] - 1 :][:1]).strip()!r}"
        for position, code, detail in errors
    ]
    assert not problems, "not valid HTML: " + "; ".join(problems)
    return root


def _is_control(element: Element) -> bool:
    return element.tag in {"input", "textarea", "select", "button"}


def _initial_values(control: Element) -> list[str]:
    kind = control.get("type", "text")
    if control.get("disabled") is not None:
        return []
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        return [o.get("value", words(o)) for o in chosen]
    if control.tag != "input" or kind in {"submit", "button", "file", "image", "reset"}:
        return []
    if kind in {"radio", "checkbox"}:
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def _check(page: Page, *, csrf: bool) -> None:
    where = f"{page.path} ({page.status})"
    root = page.root
    assert page.lang, f"{where}: no lang"
    wanted = "rtl" if page.lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    assert page.dir == wanted, f"{where}: dir is {page.dir!r} for {page.lang}"
    assert page.title, f"{where}: empty title"
    assert page.heading, f"{where}: empty h1"
    _check_ids(root, where)
    for element in root.iter():
        if isinstance(element.tag, str):
            _check_element(element, page.origin, where)
    _check_names(root, where)
    for form in page.forms:
        _check_form(form, page, where, csrf=csrf)


def _check_ids(root: Element, where: str) -> None:
    ids = Counter(e.attrib["id"] for e in root.iter() if "id" in e.attrib)
    twice = {i for i, times in ids.items() if times > 1}
    assert not twice, f"{where}: ids used twice: {sorted(twice)}"
    for element in root.iter():
        named = [
            i for a in POINTS_TO.intersection(element.attrib) for i in element.get(a, "").split()
        ]
        if element.tag == "a" and re.match(r"#.+", element.get("href", "")):
            named += element.get("href", "")[1:].split()
        missing = set(named) - set(ids)
        assert not missing, f"{where}: {element.tag} points to missing ids {sorted(missing)}"


def _check_element(element: Element, origin: str, where: str) -> None:
    tag = str(element.tag)
    assert tag != "style" and "style" not in element.attrib, f"{where}: inline style on {tag}"
    if tag == "script":
        assert element.get("src") and not (element.text or "").strip(), f"{where}: inline script"
    if tag == "meta":
        assert not element.get("property", "").startswith("og:"), f"{where}: OpenGraph"
    for attribute, address in element.attrib.items():
        assert not attribute.startswith("on"), f"{where}: inline handler {attribute} on {tag}"
        if attribute not in LEADS_TO:
            continue
        ok = _is_ours(address, origin) or (tag == "a" and _may_leave(element, address))
        assert ok, f"{where}: {tag} {attribute} leaves our origin: {address}"


@functools.lru_cache(maxsize=4096)
def _is_ours(address: str, origin: str) -> bool:
    if "\\" in address:
        return False
    parts = urlsplit(urljoin(f"{origin}/x", address))
    return f"{parts.scheme}://{parts.netloc}" == origin


def _may_leave(element: Element, address: str) -> bool:
    if urlsplit(address).scheme in OWN_SCHEMES:
        return True
    return "external" in element.get("rel", "").split() and address.startswith("https://")


def _check_names(root: Element, where: str) -> None:
    labelled = {e.get("for") for e in root.iter("label") if words(e)}
    wrapped = {id(c) for label in root.iter("label") if words(label) for c in label.iter()}
    grouped = {
        id(c)
        for group in root.iter("fieldset")
        if any(words(legend) for legend in group.iter("legend"))
        for c in group.iter()
    }
    for element in root.iter():
        spoken = element.get("aria-label") or element.get("aria-labelledby")
        at = f"{where}: <{element.tag} name={element.get('name')!r} id={element.get('id')!r}>"
        if element.tag in {"a", "button", "h1", "h2", "h3", "th", "legend"}:
            assert spoken or words(element), f"{at} has no words"
        if element.tag == "img":
            assert element.get("alt") is not None, f"{at} has no alt"
        if element.tag in {"input", "select", "textarea"}:
            if element.get("type") in UNTYPED:
                continue
            has_label = element.get("id") in labelled or id(element) in wrapped
            assert spoken or has_label, f"{at} has no label"
            if element.get("type") == "radio":
                assert id(element) in grouped, f"{at} is not in a fieldset with a legend"


def _check_form(form: Form, page: Page, where: str, *, csrf: bool) -> None:
    assert form.method in {"GET", "POST"}, f"{where}: form method {form.method}"
    if form.method == "POST" and csrf:
        tokens = form.values.get("csrf_token", [])
        assert len(tokens) == 1 and tokens[0], f"{where}: form {form.action} has no CSRF token"
    if form.method == "GET":
        assert "csrf_token" not in form.values, f"{where}: CSRF token in a GET form's address"
