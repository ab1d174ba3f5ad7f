"""A run as a drawing: where moments lie (`axis`), the rows of spans (`rows`), where the time went (`spending`)."""
