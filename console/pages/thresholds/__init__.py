"""Thresholds: what runs alone on each route, what another number would have let run, and who changed it.

Views: `routes` (the list, one route, a change), `drafts` (what waits for a second admin), `versions` (the history).
`finding` reads, `presenting` writes what the templates show, `forms` parse, `refusing` turns what the services refuse
into answers.
"""
