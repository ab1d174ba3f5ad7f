"""Guards that all workers share through the database: leases now; budgets, breakers and rates as they come."""
