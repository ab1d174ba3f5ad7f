"""Editing an action in place: its arguments as controls, and what was entered as arguments again.

`controls` makes inputs from the JSON schema frozen in the evidence, `reading` parses what they send, `sentences` says
what is wrong with it, `rows` sets two calls side by side; `states` are the states of the bar while somebody edits.
"""
