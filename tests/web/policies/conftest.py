"""The browsers of two admins and an auditor."""

from tests.web.thresholds.conftest import adas, beas, ottos

__all__ = ["adas", "beas", "ottos"]
