"""The human and the submitter of a bench, one process that `obeying` runs: it does one thing after another.

`flight` keeps many runs going, `single` times one at a time, `windows` those that can still be undone, `claims` the
claiming alone and `pages` the list. `traces` reads what the workload wrote.
"""
