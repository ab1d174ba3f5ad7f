"""The embedded PostgreSQL and Valkey: programs from wheels, a launcher of our own.

`services` is the pair of them and the door to this room; `identity` says under which account
PostgreSQL runs, `roles` who may do what in it.
"""
