"""The base of frozen values, the same as `approvals` uses."""

from approvals.domain.values import Value

__all__ = ["Value"]
