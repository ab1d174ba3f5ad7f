"""What a payload becomes, and what is said of one that does not fit."""

from typing import Any

import pytest

from agents.intake import mapping
from agents.intake.mapping import Mapped, Templates
from agents.intake.refusals import NotAsWanted, PayloadRefused

ORDER: dict[str, Any] = {"order": {"id": "W1", "lines": [{"sku": 7}], "note": "{order.id} {.}"}, "urgency": 30}
TEMPLATES = Templates("Order {order.id}", "{order.note}", "{urgency}", "chat-{order.id}")
SCHEMA = {
    "type": "object",
    "properties": {"order": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}},
    "required": ["order"],
}


def test_templates_take_values_by_their_paths_and_never_read_a_payload_as_one() -> None:
    assert mapping.fill(TEMPLATES, ORDER) == Mapped("Order W1", "{order.id} {.}", 30, "chat-W1")
    everything = mapping.fill(Templates("{order.lines.0.sku}", "{.}", "-5", ""), ORDER)
    assert (everything.title, everything.priority) == ("7", -5)
    assert everything.message.startswith('{"order": {"id": "W1"')


@pytest.mark.parametrize(
    ("templates", "field"),
    [
        pytest.param(TEMPLATES._replace(title="{order.name}"), "body.order.name", id="absent"),
        pytest.param(TEMPLATES._replace(title="{order.lines.1.sku}"), "body.order.lines.1.sku", id="past the end"),
        pytest.param(TEMPLATES._replace(title="{order.id.__class__}"), "body.order.id.__class__", id="no attribute"),
        pytest.param(TEMPLATES._replace(priority="{order.id}"), "body.order.id", id="no number"),
        pytest.param(TEMPLATES._replace(title="   "), "body", id="empty"),
    ],
)
def test_what_a_template_needs_and_does_not_find_is_named(templates: Templates, field: str) -> None:
    with pytest.raises(PayloadRefused) as caught:
        mapping.fill(templates, ORDER)
    assert caught.value.field == field


def test_a_payload_that_does_not_fit_is_told_where() -> None:
    mapping.check_payload(ORDER, SCHEMA)
    with pytest.raises(PayloadRefused, match=r"body\.order\.id: 7 is not of type") as caught:
        mapping.check_payload({"order": {"id": 7}}, SCHEMA)
    assert caught.value.field == "body.order.id"
    with pytest.raises(PayloadRefused):
        mapping.check_payload([1], {})


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "thing"}, id="no such type"),
        pytest.param({"$ref": "http://169.254.169.254/latest"}, id="elsewhere"),
        pytest.param({"$ref": "#/$defs/absent"}, id="nowhere"),
        pytest.param({"$ref": "#"}, id="itself"),
        pytest.param({"properties": {"a": {"pattern": "("}}}, id="no pattern"),
        pytest.param(["type"], id="no object"),
        pytest.param({"description": "x" * 70_000}, id="too large"),
    ],
)
def test_a_schema_that_cannot_be_used_is_not_kept(schema: Any) -> None:
    with pytest.raises(NotAsWanted) as caught:
        mapping.check_schema(schema)
    assert caught.value.field == "schema"


@pytest.mark.parametrize("text", ["{", "a}", "{a b}", "{a..b}", "{}", "{{a}}", "{.a}"])
def test_a_template_that_nothing_could_fill_in_is_not_kept(text: str) -> None:
    with pytest.raises(NotAsWanted):
        mapping.check_templates(TEMPLATES._replace(message=text))
