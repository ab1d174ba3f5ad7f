"""Thresholds as admins and auditors meet them: what the pages show, change and refuse."""
