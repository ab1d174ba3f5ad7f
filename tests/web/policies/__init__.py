"""The pages of policies: rules in sentences, drafts of others, and what these would do."""
