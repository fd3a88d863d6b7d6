"""Maya's plan, as the tests of plans make it."""

from tests.plans.conftest import live, plan, written

__all__ = ["live", "plan", "written"]
