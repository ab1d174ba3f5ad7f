"""Escalations over the API: reading them, and the links of what end users are asked."""
