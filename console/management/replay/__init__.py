"""Recorded runs of real models through the real engine; what `manage.py replay` and `up --replay` do.

`choice` says which runs, `submitting` hands them to the engine, `preparing` readies a fresh database for that. `reviewing`
is the simulated reviewer, a process of its own and the only one that opens the labels (`expert`): it decides, and when
all is over it scores what happened (`actions`, `figures`, `agreement`, `oracle`) and writes the verdicts down.

It lives beside the commands, because only they may start processes (contract 8).
"""
