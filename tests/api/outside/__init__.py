"""Agents that run elsewhere: what they may ask, take and say, and what the database itself refuses."""
