"""Streams of made-up runs: how often the certificate is false, what naive methods do, how much runs alone.

`python -m tests.domain.calibration.statistics [streams]` prints the figures; the tests hold them (CALIBRATION 4, 6, 7).
"""
