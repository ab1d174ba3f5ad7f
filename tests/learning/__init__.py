"""What decisions teach, and what a threshold would have done with it."""
