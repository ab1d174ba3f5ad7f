"""What a machine plans, does and stops at. May import `approvals`, never `console`."""
