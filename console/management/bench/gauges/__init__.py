"""What is read while a scene is played.

`machine` is what processes used, `ledger` what the database wrote, `profiling` where Python spent its time.
"""
