"""The whole way from a request to an effect and a label, and what can come between."""
