"""The selected span: `opening` chooses what is written of it from a step in full.

`values` are what the templates show; `root`, `turn` and `call` write a run, a turn and a call. A call has `notes` of
what happened, `arguments` with people's edits, and what the `gate` said; `texts` cuts what is too long.
"""
