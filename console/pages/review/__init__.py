"""The queue and the deciding of what is in it.

`queue`, `escalation` and `changing` (edit before approving) are the doors, `finding` asks the database,
`deciding_form` parses what was said, `answering` gives pane or page and maps what the services refuse to answers, once.
"""
