"""What every answer says to the browser, error pages included."""

from __future__ import annotations

import pytest
from django.test import Client

STRICT = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "style-src 'self'", "form-action 'self'")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/no-such-page"])
def test_every_answer_carries_the_strict_policy(client: Client, path: str) -> None:
    directives = client.get(path).headers["Content-Security-Policy"].split("; ")
    assert set(STRICT) <= set(directives)


@pytest.mark.django_db
def test_no_two_answers_share_a_nonce(client: Client) -> None:
    policies = {client.get("/healthz").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


@pytest.mark.django_db
def test_an_answer_is_neither_framed_nor_sniffed(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert headers["Referrer-Policy"] == "same-origin"
