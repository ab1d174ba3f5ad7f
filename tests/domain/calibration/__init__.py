"""The arithmetic of calibration, against values computed by hand."""
