"""Runs as engineers meet them: the list with its filter, and the trace of one."""
