"""Templates with the language built in: a sentence without placeholders is looked up once.

Looking up every sentence on every request cost more than the view (DESIGN 6a), and a page in
Welsh must cost what an English one does. So each language has its own compiled templates, in
which such sentences stand as plain text. Sentences with placeholders are looked up as they come,
and so are those in which a place may have its own words.
"""

import contextlib
import functools
import hashlib
import logging
from collections import ChainMap
from collections.abc import MutableMapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from markupsafe import Markup

from engage import i18n

log = logging.getLogger(__name__)


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder that only this user may open.

    A process takes what another has compiled: ten milliseconds a template and language otherwise,
    for whoever asks first after each start. Without the folder pages are compiled as before.
    """

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """Return what is kept of a template, if nothing that it was made of has changed."""
        language = getattr(environment, "language", None) or i18n.DEFAULT
        made_of = f"{_made_by()} {i18n.wording(language)} {source}"
        return super().get_bucket(environment, f"{name} {language}", filename, made_of)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read it, if it is whole."""
        try:
            super().load_bytecode(bucket)
        except Exception as error:  # noqa: BLE001 - whatever lies there, the page is compiled
            log.warning("compiled template not read: %s", type(error).__name__)
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, if there is room."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


@functools.cache
def _made_by() -> str:
    """Return what changes with the code that decides how templates are compiled."""
    files = (Path(__file__), Path(__file__).with_name("layout.py"), Path(i18n.__file__))
    code = hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()
    return f"{code} {version('jinja2')} {version('flask')}"


def keep_compiled(app: Flask, folder: str | None = None) -> None:
    """Keep compiled templates in a folder, by default the one Jinja makes for each user."""
    try:
        app.jinja_env.bytecode_cache = CompiledTemplates(folder)
    except (OSError, RuntimeError):
        log.warning("no folder for compiled templates")


class PageEnvironment(Environment):
    """Flask's environment, which hands each request the templates of its language."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.language: str | None = None
        self.in_language: dict[str, PageEnvironment] = {}

    def speaking(self, code: str) -> "PageEnvironment":
        """Return the environment of one language; filters and globals are shared by all."""
        found = self.in_language.get(code)
        if found is None:
            found = self.overlay()
            found.language = code
            self.in_language[code] = found
        return found

    def get_or_select_template(self, *args: Any, **more: Any) -> Template:
        """Return a template in the language in use. Flask asks here for every page."""
        if self.language is None:
            return self.speaking(i18n.current_locale()).get_or_select_template(*args, **more)
        return super().get_or_select_template(*args, **more)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what every template may use; a plain dict, for imports compare its keys."""
        return ChainMap(d, self.globals) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language is not None:
            _say(tree, self.language)
        return tree


def _say(node: nodes.Node, language: str) -> None:
    """Put the sentence itself where a call would look up a sentence without placeholders."""
    for field, value in list(node.iter_fields()):
        if isinstance(value, list):
            setattr(node, field, [_said(item, language) for item in value])
        else:
            setattr(node, field, _said(value, language))


def _said(item: Any, language: str) -> Any:
    if not isinstance(item, nodes.Node):
        return item
    _say(item, language)
    if not (isinstance(item, nodes.Call) and _is_plain(item)):
        return item
    text = i18n.catalogue(language).gettext(item.args[0].as_const())
    if not i18n.is_said_everywhere(text, language):
        return item
    # As Jinja does it: our sentences are trusted, and %% in them is one sign.
    sentence = Markup(text)  # noqa: S704
    return nodes.Const(sentence % {}, lineno=item.lineno)


def _is_plain(call: nodes.Call) -> bool:
    return (
        isinstance(call.node, nodes.Name)
        and call.node.name in {"_", "gettext"}
        and len(call.args) == 1
        and isinstance(call.args[0], nodes.Const)
        and not (call.kwargs or call.dyn_args or call.dyn_kwargs)
    )
