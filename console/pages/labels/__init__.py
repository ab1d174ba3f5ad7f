"""Labels: what decisions taught, to browse, to filter and to take along.

`labels` and `exports` are the views, `finding` asks the database, `listing` writes the page, `words` are those of the
filter, whose grammar is that of runs. `dataset` is where they are settled, versioned and paired, `erasures`
where somebody's data is taken out.
"""
