"""The laws as questions to a database: what `manage.py verify_invariants` asks, all of it read-only.

`law` says what a law is, `checking` asks them all in one snapshot; the questions lie by what they are about: `rights`,
`decisions`, `escalations`, `runs`, `rules`, `history`. Nothing here changes anything, and nothing imports it but the
command and the tests.
"""
