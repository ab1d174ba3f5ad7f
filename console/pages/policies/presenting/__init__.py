"""Words and rows of the pages of policies."""
