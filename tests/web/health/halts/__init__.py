"""The stop button: what it freezes, who may press and lift it, and that everybody sees it."""
