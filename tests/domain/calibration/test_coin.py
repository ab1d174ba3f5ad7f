"""The audit coin."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.calibration.coin import coin


def test_a_coin_is_the_first_eight_bytes_of_the_keyed_hash() -> None:
    digest = hmac.new("schlüssel".encode(), b"run-1", hashlib.sha256).hexdigest()
    assert coin("schlüssel", "run-1", 0.1)[0] == int(digest[:16], 16) / 2**64


@pytest.mark.parametrize(("rate", "is_test"), [(0.0, False), (0.98, False), (0.99, True), (1.0, True)])
def test_a_run_is_a_test_run_when_u_is_below_the_rate(rate: float, is_test: bool) -> None:
    u, drawn = coin("key", "run-2", rate)
    assert (drawn, u < rate) == (is_test, is_test)


@given(key=st.text(min_size=1), run=st.text(st.characters(codec="utf-8")), rate=st.floats(0, 1))
def test_the_same_run_draws_the_same_coin(key: str, run: str, rate: float) -> None:
    assert coin("k" + key.encode("ascii", "replace").decode(), run, rate) == coin(
        "k" + key.encode("ascii", "replace").decode(), run, rate
    )


def test_about_the_rate_of_all_runs_are_test_runs() -> None:
    drawn = sum(coin("key", f"run-{number}", 0.1)[1] for number in range(10_000))
    assert 900 < drawn < 1_100


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_what_is_no_chance_is_no_rate(rate: float) -> None:
    with pytest.raises(ValueError, match="a chance of"):
        coin("key", "run", rate)
