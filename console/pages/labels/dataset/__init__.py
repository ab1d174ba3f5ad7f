"""Labels as a dataset: what experts disagree on, versions of it, and pairs of before and after.

`dataset` has the views, `presenting` writes what their templates show, `urls` the addresses.
"""
