"""Servers that die under load, and everything between them and the workers: replies, messages, clocks, children.

`broker` and `cluster` are servers of a test's own that can be killed, `proxy` stands between a worker and its database.
Each test plays many runs of all effect classes and looks at the same books as the kills do.
"""
