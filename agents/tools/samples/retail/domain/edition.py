"""The two editions of the benchmark's shop, which differ in three places."""

from enum import StrEnum


class Edition(StrEnum):
    """Whose house rules a world follows: tau-bench (2024) or tau2-bench (2025)."""

    TAU = "tau"
    TAU2 = "tau2"

    @property
    def allows_same_item(self) -> bool:
        """Whether a pending item may be replaced by itself."""
        return self is Edition.TAU

    @property
    def keeps_modified_open(self) -> bool:
        """Whether an order with modified items still takes a new address or payment."""
        return self is Edition.TAU2

    @property
    def names_customers(self) -> bool:
        """Whether a customer's document carries the customer's own id."""
        return self is Edition.TAU2
