"""History that can be checked: rows are sealed in batches, and the head of the seals leaves the database each minute.

`sources` says what of each row is sealed, `merkle` how digests are put together, `sealing` seals what is new, `heads`
keeps the signed heads in a file, `verifying` looks for the first entry that is not as it was sealed, and names what was
done to it, `erased` notes what an erasure did to sealed rows, so that nothing else passes for one.
Everything is recomputed from rows; nothing here changes what it seals.
"""
