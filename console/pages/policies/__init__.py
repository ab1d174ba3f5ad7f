"""Policies: the rules that are live in sentences, a draft of others, and what it would do, before anything is live.

Views: `overview` (what is live), `editing` (a whole document), `ruling` (one rule by a form), `trying` (the test box),
`backtests` (what would have happened).
`forms` parse, `building` makes rules and conditions of what a form says, `work` is a draft in somebody's hands,
`wanted` the rules to compare with, `finding` reads, `presenting` writes what the templates show. What the pages share
with the thresholds comes from there.
"""
