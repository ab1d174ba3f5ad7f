"""Limits that hold for every call, however many ask at once."""
