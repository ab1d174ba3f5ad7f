"""What decisions teach: labels now; audits, certificates and thresholds as they come."""
