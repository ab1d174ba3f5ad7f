"""Pictures of every page: `places` says which there are, `serving` starts a web process, `taking` looks at them.

Nothing here changes a row but the session of the person whose pages are looked at, which is deleted again.
"""
