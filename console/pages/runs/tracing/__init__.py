"""The trace of one run: what happened, whether the world changed, and where the time went.

`reading` asks the database for everything of a run (a `Story`) and for one step in full (a `Detail`); nothing else here
knows the database. `building` makes spans of a story, `asking` those of what people were asked; `choosing` says which a
page shows and which is selected. `drawing` places them, `telling` says it in words, `panel` writes the selected span,
and `page` puts everything together.
"""
