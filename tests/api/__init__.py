"""The API as agents elsewhere meet it: what a key opens, what is refused, and that nothing they send breaks it."""
