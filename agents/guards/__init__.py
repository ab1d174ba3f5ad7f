"""Guards that all workers share through the database: leases, and breakers with the switches people have on them."""
