"""One verb a file; each parses its options and calls what does the work."""
