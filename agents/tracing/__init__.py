"""What is made of traces afterwards: a run again from what was recorded, to see what would be otherwise today.

`rerunning` asks the engine the same questions, `differing` says where its answers differ. `spanning` writes a run as
OpenTelemetry does, and `exporting` sends it to a collector. Nothing here runs anything.
"""
