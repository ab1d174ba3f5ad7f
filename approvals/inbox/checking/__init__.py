"""Who checks the checkers: blind audits and second reviews (`auditing`), and planted mistakes (`planting`)."""
