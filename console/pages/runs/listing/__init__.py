"""What the list of runs shows, as frozen values; nothing here asks the database.

`page` puts it together from `rows` and `chart`.
"""
