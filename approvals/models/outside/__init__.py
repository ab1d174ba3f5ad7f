"""What lies outside: actions of agents that run elsewhere, and the people and systems that are told."""
