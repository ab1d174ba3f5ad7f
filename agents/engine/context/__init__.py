"""What the gate is asked and people are shown: a run's history, proposals with their previews, the surveyor."""
