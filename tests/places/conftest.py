"""A card, as in the tests of check-ins."""

from tests.checkins.conftest import card

__all__ = ["card"]
