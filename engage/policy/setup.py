"""Tells the app which packs there are."""

from flask import Flask

from engage.config import ConfigurationErrors, Settings
from engage.policy import queries


def init_app(app: Flask, settings: Settings) -> None:
    """Read the packs, and refuse to start with a bad one."""
    queries.use_directory(settings.policy_dir)
    problems = queries.check(settings.policy_dir)
    if not problems and settings.policy not in queries.names(settings.policy_dir):
        problems = [f"ENGAGE_POLICY: there is no pack called {settings.policy[:60]}."]
    if problems:
        raise ConfigurationErrors(problems)
