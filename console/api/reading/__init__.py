"""Input taken apart strictly, before any other code sees it: JSON bodies, query parameters, pages of a list."""
