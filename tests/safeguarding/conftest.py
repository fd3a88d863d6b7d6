"""A poster too: what was written without a name may be about harm."""

from tests.feedback.conftest import hang, say

__all__ = ["hang", "say"]
