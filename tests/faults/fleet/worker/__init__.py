"""What a worker process of the suite loads: an agent with tools of every effect class, and fuses around the engine.

The product has no hooks for faults: `fuses` wraps its functions at import, in such a process only.
"""
