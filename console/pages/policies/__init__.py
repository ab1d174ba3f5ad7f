"""Policies: the rules that are live in sentences, a draft of others, and what it would do, before anything is live.

Views: `overview` (what is live), `editing` (a whole document), `ruling` (one rule by a form), `trying` (the test box),
`backtests` (what would have happened),
`watching` (a stored draft beside the live rules).
`forms` parse, `draft` holds what is not stored, `finding` reads, `presenting` writes what the templates show. What the
pages share with the thresholds comes from there.
"""
