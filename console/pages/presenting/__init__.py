"""What a page of the queue shows, as frozen values: templates hold no query and no arithmetic.

`pane` puts one escalation together from `head`, `reasons`, `bar` and what is in `evidence`; `editing` makes inputs of
its arguments; `listing` is the list beside it; `clock` writes times, `words` names risks, kinds and decisions,
`revealing` and `lookalikes` know what an eye would miss. Nothing here asks the database.
"""
