"""Text that somebody else wrote, on every screen."""
