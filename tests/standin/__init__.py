"""A stand-in for the text provider on 127.0.0.1: its form-encoded API, signatures and moods."""

from tests.standin.provider import Moods, StandIn

__all__ = ["Moods", "StandIn"]
