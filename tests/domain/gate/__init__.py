"""The gate: what it lets through, what it asks about, and that it never falls over."""
