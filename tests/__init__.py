"""The tests; a folder a room of the house, and flows, faults and architecture across it."""
