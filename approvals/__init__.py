"""Whether an action may run, and what is learned from it.

A whole human-in-the-loop service that knows nothing of runs: it keeps an opaque origin key and a frozen copy of
the evidence. `agents` and `console` may import it; it imports neither.
"""
