"""Planted mistakes as reviewers see them."""
