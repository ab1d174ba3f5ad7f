"""What hostile or broken senders send: a corpus by hand, and what Schemathesis makes of the description."""
