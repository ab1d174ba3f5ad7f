"""Halts: the stop button, what is frozen now, and what was.

`halts` are the views, `forms` parse what they send, `standing` tells every page what is frozen, `proving` in which
lanes the gate is not proven.
"""
