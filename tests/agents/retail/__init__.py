"""The retail sample: its rules, its rows, its tools and what they say before they act."""
