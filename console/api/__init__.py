"""The API for agents that run elsewhere: what they may ask, and the one shape of every refusal.

`urls` lists the addresses and `contract` describes them; `door` is what every answer passes. `intake`, `run`,
`escalation` and `label` are what can be asked for; `keys` says by whom and `limiting` how often; `reading` takes input
apart, strictly; `problem` and `errors` say why something was not done. Nothing here decides, and no session counts:
a key in a header is all that opens these doors. Imports neither pages nor live notes.
"""
