"""Names in a row, as each language says "and" before them."""

import pytest

from engage.i18n import use_locale
from engage.plans.labels import names


@pytest.mark.parametrize(
    ("code", "last", "joined"),
    [
        ("en", "Ines", "Jo, Sam and Ines"),
        ("cy", "Rhys", "Jo, Sam a Rhys"),
        ("cy", "Ines", "Jo, Sam ac Ines"),
        ("cy", "yr heddlu", "Jo, Sam ac yr heddlu"),
        ("es", "Ruth", "Jo, Sam y Ruth"),
        ("es", "Inés", "Jo, Sam e Inés"),
        ("es", "Hilda", "Jo, Sam e Hilda"),
        ("es", "Hierro", "Jo, Sam y Hierro"),
    ],
)
def test_names_are_joined_as_each_language_says_it(code: str, last: str, joined: str) -> None:
    with use_locale(code):
        assert names(["Jo", "Sam", last]) == joined


def test_one_name_stands_alone_and_nobody_is_nothing() -> None:
    with use_locale("cy"):
        assert names(["Ines"]) == "Ines"
        assert names([]) == ""
