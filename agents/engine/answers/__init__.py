"""What people said, applied: heard in the deciding transaction, checked against the world, and gone on from."""
