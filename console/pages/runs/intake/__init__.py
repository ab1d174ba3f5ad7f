"""What comes in, as people see it: starting a run, sources of webhooks, schedules, and how many runs may be open."""
