"""What lies outside of the console: agents that ask here and act elsewhere, and whoever is told of what waits.

`actions` takes what such an agent asks through the same gate, queue and evidence as an agent that runs here. May import
every room of approvals below `tasks`.
"""
