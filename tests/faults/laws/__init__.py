"""`verify_invariants` finds what is wrong in a database, and nothing where nothing is.

`past` makes a database in which everything has happened once, `damage` is what each law must find in it.
"""
