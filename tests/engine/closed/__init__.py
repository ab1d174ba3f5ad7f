"""The fail-closed table: every source of facts and every gate, and every way in which each can fail."""
