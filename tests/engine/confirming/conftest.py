"""The shop, for agents that move its customers."""

from tests.flows.conftest import shop

__all__ = ["shop"]
