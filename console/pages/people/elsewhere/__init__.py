"""Tools of agents that run elsewhere: which are unknown, what admins say they do, and who confirmed it."""
