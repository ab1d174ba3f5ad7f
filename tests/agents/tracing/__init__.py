"""What is made of traces afterwards."""
