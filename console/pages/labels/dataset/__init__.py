"""Labels as a dataset: what experts disagree on, versions of it, and pairs of before and after.

`dataset` has the views, `imports` those of files of other consoles,
`presenting` writes what their templates show, `urls` the addresses.
"""
