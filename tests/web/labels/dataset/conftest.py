"""The shop, for edits that a run of ours asks about."""

from tests.web.review.conftest import shop

__all__ = ["shop"]
