"""Wrong formulas, each of which some case notices (CALIBRATION section 6)."""
