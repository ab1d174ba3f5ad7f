"""Health: what stands still and why. Dead letters, breakers, runs that a limit ended; `halts` is the stop button.

`health` shows, `letters` and `breakers` are what an admin does about it, `presenting` writes rows and words.
"""
