"""Blind audits: actions of test runs that an expert judges without knowing what became of them.

`audits` has the views, `presenting` writes what their templates show.
"""
