"""The queue as its readers meet it: what each page shows, refuses and never does."""
