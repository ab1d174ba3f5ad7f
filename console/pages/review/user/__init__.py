"""What an end user sees of the console: one question behind a signed link, and what became of it."""
