"""The end user's own yes: what the database takes for one, and how the run goes on from it."""
