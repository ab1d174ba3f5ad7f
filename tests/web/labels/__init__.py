"""Labels as auditors and admins meet them: the page, and what they take along."""
