"""Tests of `agents.llm`: no Django, no database, no network but a loopback server of their own."""
