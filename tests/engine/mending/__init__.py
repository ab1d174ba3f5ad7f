"""What is tried again, what is left alone, what stands still and what is ended."""
