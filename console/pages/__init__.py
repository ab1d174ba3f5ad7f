"""What people see: thin views over the services, presenters that say what a template shows.

Rooms: `review` (the queue), `runs`, `labels`, `thresholds`, `people` (sign-in, accounts, keys of agents). Shared:
`presenting` (values a template shows), `keys` (the key table), `htmx` (fragments), `errors` (error pages).
"""
