"""What test runs prove on real tables, through the code that the product runs."""
