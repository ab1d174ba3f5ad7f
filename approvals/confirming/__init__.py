"""What the end user is asked by link: answering it, asking again when the world moved, passing it on to a reviewer.

A link is the only way in here; no role of the console answers for a user.
"""
