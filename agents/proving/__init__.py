"""Proofs on the installation as it runs: its code, its database, its role, its rules; and nothing is left of them.

`stage` sets up a tenant, people, rules and a tool in a transaction that is rolled back; `guarantee` is one promise with
its proof, `guarantees/` holds them by what they are about, `checking` runs them (`manage.py self_test`); `patrolling`
proves the most important ones in every lane each minute.
"""
