"""Planted mistakes."""
