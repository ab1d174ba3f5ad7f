"""The queue in PostgreSQL: claims with their fence, and the wake-ups that are only hints."""
