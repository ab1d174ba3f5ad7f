"""What comes in: claims in turn, runs that may be open, webhooks and schedules."""
