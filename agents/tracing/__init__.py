"""What is made of traces afterwards: a run again from what was recorded, to see what would be otherwise today.

`rerunning` asks the engine the same questions, `differing` says where its answers differ. Nothing here runs anything.
"""
