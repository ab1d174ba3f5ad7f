"""What is seen, and by whom: pages, API, live notes, and what starts them all.

The only app that may import the others. This file imports nothing: `launch` runs below it before anything is installed.
"""
