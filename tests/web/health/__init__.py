"""Health: dead letters, breakers and ended runs as they are shown, and what an admin does about them."""
