"""The dataset."""
