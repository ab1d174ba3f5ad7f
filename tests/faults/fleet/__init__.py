"""Workers killed and stopped at every boundary of a run, and books that show what it did.

`scene` is what a case is played with, `worker` what a worker process loads beside the product.
"""
