"""What the templates of thresholds show.

`tuned` is one route with its draft (`figures`: four numbers and the calls that change; `chart`: where the calls score),
`proof` is what is proven of it (`promise`: the sentence; `dots`: mistakes on a line; `rungs`: the ladder), `listing`
all routes, `history` versions and drafts; `wording` has the words for thresholds, shares and differences.
"""
