"""Webhooks over HTTP: only the sender's own bytes, once, and what does not fit is told and kept."""

import time
from base64 import b64encode
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from agents.intake import keeping
from agents.models import Delivery, Refused, Request, Run, SourceSecret
from console.api import limiting
from tests import cast
from tests.agents.intake import arriving
from tests.agents.intake.arriving import TICKET, send, signed
from tests.engine.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "count_name", lambda *_: None)


def test_a_signed_payload_becomes_a_run_of_its_source() -> None:
    answer = send(arriving.source())
    run = Run.objects.select_related("request").get()
    assert (answer.status_code, answer.json()) == (202, {"run": str(run.key)})
    assert (run.agent, run.priority, run.session_key) == ("post_a", 20, "ticket-T-1")
    assert (run.request.title, run.request.body["message"]) == ("Ticket T-1", "post 1 please")
    assert Delivery.objects.get().run == run


def test_the_same_id_gets_the_first_run_however_often_it_is_sent() -> None:
    secret = arriving.source()
    first, again = send(secret), send(secret)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (Run.objects.count(), Delivery.objects.count()) == (1, 1)


def test_the_same_id_with_another_payload_is_a_conflict_and_kept() -> None:
    secret = arriving.source()
    send(secret)
    other = send(secret, {**TICKET, "urgency": 7})
    assert (other.status_code, other.json()["code"], Run.objects.count()) == (409, "dedupe_conflict", 1)
    assert Refused.objects.get().code == "dedupe_conflict"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"Webhook-Signature": ""}, id="none"),
        pytest.param({"Webhook-Signature": "v1," + b64encode(bytes(32)).decode()}, id="another"),
        pytest.param({"Webhook-Signature": "v1,"}, id="empty"),
        pytest.param({"Webhook-Signature": "v1," + "é"}, id="no base64"),
        pytest.param({"Webhook-Id": "msg_2"}, id="of another id"),
        pytest.param({"Webhook-Id": "msg.1"}, id="a dot"),
        pytest.param({"Webhook-Timestamp": "x"}, id="no time"),
        pytest.param({"Webhook-Timestamp": "9" * 400}, id="a long time"),
        pytest.param({"Webhook-Timestamp": str(int(time.time()) - 1)}, id="another time"),
    ],
)
def test_what_the_sender_did_not_sign_as_it_is_does_nothing(changed: dict[str, str]) -> None:
    answer = send(arriving.source(), changed=changed)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert not Run.objects.exists()
    assert (Refused.objects.get().code, Refused.objects.get().excerpt) == ("bad_signature", "")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_is_good_for_five_minutes(seconds: int) -> None:
    secret = arriving.source()
    old = signed(secret.written(), b"{}", name="msg_1", at=time.time() + seconds)
    answer = Client().post(f"/hooks/{secret.source.key}", b"{}", content_type="application/json", headers=old)
    assert answer.status_code == 401
    near = signed(secret.written(), b"{}", name="msg_1", at=time.time() + seconds / 2)
    answer = Client().post(f"/hooks/{secret.source.key}", b"{}", content_type="application/json", headers=near)
    assert answer.status_code == 422


def test_a_rotated_secret_is_good_for_a_day_beside_the_new_one_and_no_third_one_is() -> None:
    first = arriving.source()
    second = keeping.rotate(first.source, by=cast.ada(), at_once=False)
    assert [send(one, name=name).status_code for one, name in ((first, "a"), (second, "b"))] == [202, 202]
    third = keeping.rotate(first.source, by=cast.ada(), at_once=False)
    assert [send(one, name=f"c{one.pk}").status_code for one in (first, second, third)] == [401, 202, 202]
    keeping.rotate(first.source, by=cast.ada(), at_once=True)
    assert [send(one, name=f"d{one.pk}").status_code for one in (first, second, third)] == [401, 401, 401]
    assert send(SourceSecret.objects.get(ends_at=None), name="e").status_code == 202


def test_a_secret_signs_for_its_own_source_alone() -> None:
    mine, other = arriving.source(), arriving.source(name="others")
    mine.source = other.source
    assert send(mine).status_code == 401


@pytest.mark.parametrize(
    ("payload", "field", "says"),
    [
        pytest.param({"ticket": {"id": "T-1"}}, "body.ticket", "'text' is a required property", id="missing"),
        pytest.param({"ticket": {"id": 7, "text": ""}}, "body.ticket.id", "7 is not of type 'string'", id="kind"),
        pytest.param({"ticket": {"id": "T", "text": ""}}, "body.urgency", "not there", id="the template's"),
        pytest.param({"ticket": {"id": "T", "text": ""}, "urgency": 101}, "body.urgency", "between", id="too urgent"),
        pytest.param([], "body", "no JSON object", id="a list"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path_and_listed(payload: Any, field: str, says: str) -> None:
    answer = send(arriving.source(), payload)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "invalid_payload", field)
    assert says in problem["detail"]
    kept = Refused.objects.get()
    assert (kept.field, says in kept.detail, Run.objects.exists()) == (field, True, False)


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        pytest.param(b"{", "application/json", 422, id="no JSON"),
        pytest.param(b'{"a": 1, "a": 2}', "application/json", 422, id="a name twice"),
        pytest.param(b'{"a": "\\u0000"}', "application/json", 422, id="NUL"),
        pytest.param(b'{"a": NaN}', "application/json", 422, id="NaN"),
        pytest.param(b"[" * 100_000, "application/json", 422, id="deep"),
        pytest.param(b"{}", "text/plain", 415, id="no JSON by its own word"),
        pytest.param(b" " * 262_145, "application/json", 413, id="too large"),
    ],
)
def test_what_cannot_be_read_is_told(raw: bytes, kind: str, status: int) -> None:
    assert send(arriving.source(), raw=raw, kind=kind).status_code == status
    assert not Run.objects.exists()


def test_secrets_in_a_payload_are_neither_kept_with_the_run_nor_with_a_refusal() -> None:
    secret = arriving.source()
    send(secret, {**TICKET, "password": "hunter2 and more"})
    send(secret, {"ticket": {"password": "hunter2 and more"}, "urgency": {"access_token": "hunter2"}}, name="msg_2")
    assert "hunter2" not in str(Request.objects.get().body)
    assert "[redacted]" in Refused.objects.get().excerpt
    assert "hunter2" not in Refused.objects.get().excerpt + Refused.objects.get().detail


def test_of_what_is_refused_the_newest_are_kept() -> None:
    secret = arriving.source()
    for number in range(Refused.SLOTS + 3):
        send(secret, {"ticket": number}, name=f"msg_{number}")
    secret.source.refresh_from_db()
    assert (Refused.objects.count(), secret.source.refused) == (Refused.SLOTS, Refused.SLOTS + 3)
    assert Refused.objects.latest("at").detail.count(f"{Refused.SLOTS + 2} is not of type")


def test_a_paused_source_tells_its_senders_to_come_again_and_nobody_else() -> None:
    secret = arriving.source()
    keeping.pause(secret.source, by=cast.ada())
    answer = send(secret)
    assert (answer.status_code, answer.headers["Retry-After"], Run.objects.exists()) == (503, "60", False)
    assert send(secret, changed={"Webhook-Signature": "v1,x"}).status_code == 401
    keeping.resume(secret.source, by=cast.ada())
    assert send(secret).status_code == 202


def test_a_secret_is_made_by_an_admin_ends_once_and_is_not_stored() -> None:
    secret = arriving.source()
    row = SourceSecret.objects.filter(pk=secret.pk)
    assert secret.raw() not in bytes(row.get().nonce)
    with refused("SB011"):
        SourceSecret.objects.create(source=secret.source, made_by=cast.mara(), ends_at=Now())
    with refused("SB008"):
        row.update(nonce=b"chosen")
    row.update(ends_at=Now())
    with refused("SB008"):
        row.update(ends_at=None)
    with refused("SB008"):
        secret.source.__class__.objects.update(key="00000000-0000-0000-0000-000000000001")
    with refused("SB011"):
        secret.source.__class__.objects.update(agent="post_c", changed_by=cast.mara())
