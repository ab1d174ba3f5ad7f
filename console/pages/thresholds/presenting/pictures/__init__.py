"""The pictures of a route (CALIBRATION section 5), drawn on the server, each with a sentence and a table that say it.

`dots` is the main one, `rungs` the ladder, `chart` where calls score. `harm`, `word` and `checkers` are put together of
`picture`, which one template draws.
"""
