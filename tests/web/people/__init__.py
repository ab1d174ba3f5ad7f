"""Signing in, people, teams and keys, from the browser's side and from the services'."""
