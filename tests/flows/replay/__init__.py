"""Replays: recorded runs through the engine, on a small folder written here and, where it is, on the real one."""
