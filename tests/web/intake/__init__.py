"""What comes in, as people see it."""
