"""How work comes in over HTTP: requests of agents with a key, and webhooks of senders with a secret."""
