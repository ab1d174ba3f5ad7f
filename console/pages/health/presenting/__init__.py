"""What health is, written for people: groups of dead letters, breakers with their history, runs that were ended."""
