"""What a page of the queue shows, as frozen values: templates hold no query and no arithmetic.

`pane` puts one escalation together from `head`, `effect`, `reasons`, `context` and `bar`; `listing` is the list beside
it; `clock` writes times and `words` names risks, kinds and decisions. Nothing here asks the database.
"""
