"""Recorded runs of other people's agents, as agents of our own: `<domain>-recorded` says what was said.

Their tools are stand-ins, `<domain>.<tool>`, declared from `tools.jsonl` of the folder that SIGNALBOX_REPLAY_DIR
names; they answer as recorded, and their effect is the operation row. Only retail calls the real tools of
`samples.retail`, on a world loaded from the same folder. `declaring` reads the declarations, `answering` answers,
`agents` registers both.
"""
