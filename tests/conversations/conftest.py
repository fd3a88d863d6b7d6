"""What these tests start from: organisations with a number of their own, Maya's card."""

from tests.checkins.conftest import card, inside

__all__ = ["card", "inside"]
