"""Pages: what people see and decide, rendered on the server.

Rooms: `review` (the queue), `runs`, `labels`, `thresholds`, `people` (sign-in, accounts, keys of agents). Shared:
`presenting` (values a template shows), `keys` (the key table), `htmx` (fragments), `errors` (error pages).
"""
