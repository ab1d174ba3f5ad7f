"""The audit coin: drawn once per run from a secret, before anything else about the run is known."""

import hashlib
import hmac


def coin(key: str, run_id: str, rate: float) -> tuple[float, bool]:
    """Draw a run's coin: u from 0 to below 1, and whether the run is a test run (`u < rate`).

    u is the first 8 bytes of HMAC-SHA256(key, run_id), both in UTF-8, as a big-endian integer over 2^64
    (CALIBRATION 2.3). The same key and run give the same u for ever. Raises ValueError for a rate outside [0, 1].
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"a coin cannot fall with a chance of {rate}")
    drawn = hmac.new(key.encode(), run_id.encode(), hashlib.sha256).digest()
    u = int.from_bytes(drawn[:8], "big") / 2**64
    return u, u < rate
