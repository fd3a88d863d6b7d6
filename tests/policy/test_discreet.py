"""Whom a page names for help: nothing that betrays its reader to somebody looking on."""

import pytest
from flask import Flask

from engage.i18n import LOCALES, use_locale
from engage.policy import queries
from engage.policy.helplines import helplines

BETRAYING = ("missing", "runaway", "police", "heddlu", "policía", "الشرطة", "exploited")


@pytest.mark.parametrize("locale", LOCALES)
def test_no_pack_names_a_line_that_betrays_a_young_reader(app: Flask, locale: str) -> None:
    with app.app_context(), use_locale(locale):
        for name in queries.names(""):
            for line in helplines(queries.pack(name)):
                words = f"{line.name} {line.note}".lower()
                assert not any(word in words for word in BETRAYING), (name, words)


def test_every_line_a_young_reader_needs_is_still_there(app: Flask) -> None:
    with app.app_context():
        numbers = {line.phone or line.text for line in helplines(queries.pack("england"))}
    assert numbers == {"116 000", "0800 1111", "85258"}


def test_adults_see_the_full_names_and_the_line_that_is_theirs(app: Flask) -> None:
    with app.app_context():
        lines = helplines(queries.pack("england"), for_adults=True)
    assert {"Missing People", "Police, when it is not urgent"} <= {line.name for line in lines}
