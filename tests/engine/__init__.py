"""Tests of the engine on rows: rights, recovery, the laws as the database holds them."""
