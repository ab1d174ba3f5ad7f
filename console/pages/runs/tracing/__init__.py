"""The trace of one run: what happened, whether the world changed, and where the time went.

`reading` asks the database for everything of a run (a `Story`) and for one step in full (a `Detail`). From a story
`spans` makes the rows, `choosing` says which of them a page shows and which is selected, `axis` places them in time,
`spending` says where the time went, `sentence` says it in one sentence. `panel` writes the selected span; `page` puts
everything together. Only `reading` knows the database.
"""
