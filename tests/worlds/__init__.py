"""Worlds outside our database, for tools of effect classes B and C: processes of their own, with a log as the oracle."""
