"""What one run costs, and what the queue costs at any size; what `manage.py bench` does.

`measuring` says which scenes are played and what their figures come to; `figures` defines each one and holds its bar,
`telling` prints them. A scene is played on a `stage` (durable servers in a scratch folder, a fresh database, real
workers) with a `driver` beside it, the process of the human and the submitter, while `gauges` are read; `seeding` fills
the queue. `workload` is the work W as an agent, `preparing` furnishes a database for it and `doors` are the services
the driver goes through. It lives beside the commands, because only they may start processes (contract 8).
"""
