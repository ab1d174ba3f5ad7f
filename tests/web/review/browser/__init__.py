"""The queue in a real browser: by keyboard, live, without script, and under attack."""
