"""Worlds outside our database, for tools of effect classes B and C: processes of their own, whose log is the oracle."""
