"""Labels as a dataset: where experts disagree, versions that can be made again, and pairs of before and after.

- `disagreeing` finds what experts said differently of one action, and settles it.
- `splitting` says to which half a run belongs; `versions` keeps what a version held, and makes its bytes again.
- `importing` brings in labels of other consoles; `erasing` takes somebody's data out, everywhere.
- `preferring` writes edits as pairs for training.

What one label says as a document is `learning.exporting`.
"""
