"""What stands between the head and the bar: effect and checks, the question, what went before, what became of it.

`effect` is the difference, `question` the one question and its options, `before` the proposal that was sent back or
came back, `outcome` what was decided and what followed, `context` the column beside it all.
"""
