"""The API as agents elsewhere meet it: what a key opens, what is refused and how, and that nothing they send breaks it."""
