"""What a case is played with: where workers die, who plays, and the books at the end.

`crew` starts worker processes, `boundaries` says where they die, `stage` is everything a case needs and `opening` opens
one, `cases` plays one, `ledger` audits its end against the world's own log, `summary` adds the figures up.
"""
