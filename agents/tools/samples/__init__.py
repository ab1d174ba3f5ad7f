"""Samples: small worlds with tools that really change them. Each with rows is a Django app of its own."""
