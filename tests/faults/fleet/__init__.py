"""Workers killed and stopped at every boundary of a run, and books that show what it did.

`worker` is what a worker process loads beside the product; `crew` starts such processes, `boundaries` says where they
die, `stage` is everything a case needs, `cases` plays one, `ledger` audits the end against the world's own log.
"""
