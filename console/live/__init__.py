"""Live notes: what changed, told to open pages over a socket as a hint without content.

`publishing` numbers a note and sends it, `numbering` counts them for each tenant, `consumer` hands them to one page.
A page fetches what it shows itself, so a note needs no permission and losing one loses nothing.
"""
