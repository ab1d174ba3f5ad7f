"""The shop's rules: one module a moment, each with what it does, what it checks and what is at stake."""
