"""The page of an end user: a question on a phone, and what became of it."""
