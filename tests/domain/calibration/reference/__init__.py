"""The formulas of the calibration once more, written for nothing but being right, and runs to try them on."""
