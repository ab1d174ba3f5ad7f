"""Actions of agents that run elsewhere: asked, answered, redeemed, and how they ended.

`submission` is what an agent sends, `material` what people are shown of it, `classifying` what its tools count as,
`submitting` the moment it is judged, `standing` what became of it, `redeeming` the moment a right is taken,
`settling` what time alone makes due.
"""
