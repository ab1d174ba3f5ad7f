"""Labels: what they say (`teaching`), and mistakes whose answer is known (`corruption`). Pure."""

from approvals.domain.label.teaching import Source, Teaching, taught_by

__all__ = ["Source", "Teaching", "taught_by"]
