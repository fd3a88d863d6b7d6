"""What is done around a request that a program sends, not a browser."""

from collections.abc import Callable
from typing import Any, TypeVar

Step = TypeVar("Step", bound=Callable[..., Any])
_MARK = "engage_for_programs"


def for_programs(step: Step) -> Step:
    """Let this step before or after a request be taken for programs too."""
    setattr(step, _MARK, True)
    return step


def is_for_programs(step: Callable[..., Any]) -> bool:
    """Say whether this step is taken for programs."""
    return getattr(step, _MARK, False)
