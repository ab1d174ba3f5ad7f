"""A run in words: what happened (`sentence`), who decided (`people`), whether the world changed (`world`).

Sentences carry the values of others apart from the words of the console (`said`).
"""
