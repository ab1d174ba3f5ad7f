"""Blind audits: what an expert is shown and what is kept from them, and what becomes of the answer."""
