"""What approving takes besides its own friction: several persons, time to look, a password typed again."""
