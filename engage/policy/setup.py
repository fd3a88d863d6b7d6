"""Tells the app which packs there are and whom every page may name for help."""

from collections.abc import Sequence

from flask import Flask

from engage.config import ConfigurationErrors, Settings
from engage.i18n import current_locale
from engage.policy import queries
from engage.policy.rules import Pack
from engage.web.layout import Helpline


def init_app(app: Flask, settings: Settings) -> None:
    """Read the packs, and refuse to start with a bad one."""
    queries.use_directory(settings.policy_dir)
    problems = queries.check(settings.policy_dir)
    if not problems and settings.policy not in queries.names(settings.policy_dir):
        problems = [f"ENGAGE_POLICY: there is no pack called {settings.policy[:60]}."]
    if problems:
        raise ConfigurationErrors(problems)


def helplines(pack: Pack, *, for_adults: bool = False) -> Sequence[Helpline]:
    """Return whom to call or text under a pack, in the language in use.

    Unless they are for carers and workers, the names give nothing away over a shoulder.
    """
    locale = current_locale()
    return [
        Helpline(
            name=line.name_in(locale) if for_adults else line.discreet_name_in(locale),
            phone=line.phone,
            text=line.text,
            note=line.note_in(locale),
        )
        for line in pack.helplines
        if for_adults or not line.adults_only
    ]
