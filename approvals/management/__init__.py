"""Commands about what was approved."""
