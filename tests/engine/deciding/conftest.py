"""The shop, for runs whose conversation a person takes."""

from tests.flows.conftest import shop

__all__ = ["shop"]
