"""What vouches for the rest: the audit with its seals, and what certificates prove."""
