"""The shop without its database: documents, rules, checks and differences. May import no Django."""
