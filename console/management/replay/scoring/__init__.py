"""What came of a replay: `past` reads it, `figures` defines and counts, `shop` and `oracle` compare with the record."""
