"""Erasures: asked for by one admin, done by another, and what is known of those that are over.

`erasures` has the views, `forms` what people send, `presenting` what the page shows, `urls` the addresses.
"""
