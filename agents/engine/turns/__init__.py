"""Turns: a model is asked and asked again, what it said becomes the next steps, and limits end what would not end."""
