"""Recorded runs of real models through the real engine; what `manage.py replay` and `up --replay` do.

`choice` says which runs, `submitting` hands them to the engine; `stage` finds servers and makes a database in them,
`preparing` furnishes it, `playing` runs the processes. `reviewing` is the simulated reviewer, a process of its own and
the only one that opens the labels (`expert`): it decides, and when all is over it tells what came of it (`scoring`) and
writes `verdicts` down. `telling` prints. It lives beside the commands, because only they may start processes (contract
8).
"""
