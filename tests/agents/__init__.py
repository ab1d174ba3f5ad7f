"""Tests of what agents are made of: the doors to models, and the sample tools."""
