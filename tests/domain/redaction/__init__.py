"""Secrets and unstorable text."""
