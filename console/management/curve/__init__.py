"""What `manage.py replay --curve` measures: how many calls a person reads, while recorded runs prove thresholds.

- `histories` makes of a recorded run what the gate is asked about it; `orders` says in which order runs come.
- `office` is a tenant of its own with its people: who decides, who audits, two admins who loosen what is proven.
- `following` plays one order through it; `figures` counts, `telling` and `picture` show.

Everything that is judged, decided, audited, certified and loosened goes through the product's own services and tables.
It may import `replay`.
"""
