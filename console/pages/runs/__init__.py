"""Runs: the list with its filter, and the trace of one.

`runs` and `trace` are the views. `filter` reads what somebody typed and narrows rows with it (labels use it too),
`finding` asks the database for the list, `listing` writes it, `tracing` reads and writes one run.
"""
