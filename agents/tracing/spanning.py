"""A run as OpenTelemetry spans (OTLP as JSON), named as its conventions for generative AI say.

A run is a trace of its own, named by its key, and ids follow from what they name: sent twice, it is the same trace.
Of texts, arguments and results nothing leaves.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from agents.domain.plan import StepKind
from agents.domain.run import RunStatus, StepStatus
from agents.models import Operation, Run, Step
from approvals.models import Escalation, Verdict

INTERNAL, CLIENT = 1, 3
UNSET, ERROR = 0, 2
SCOPE = {"name": "signalbox"}
RESOURCE = {"attributes": [{"key": "service.name", "value": {"stringValue": "signalbox"}}]}

Json = dict[str, Any]


def document(runs: Iterable[Run]) -> Json:
    """What a collector is sent for these runs, whose requests are at hand; asks the database four times in all."""
    found = list(runs)
    steps = _by("run_id", Step.objects.filter(run__in=found).order_by("position"))
    keys = [run.key for run in found]
    verdicts = _by("origin", Verdict.objects.filter(run_key__in=keys).order_by("pk"))
    asked = _by("origin", Escalation.objects.filter(run_key__in=keys).order_by("pk"))
    done = _by("step_id", Operation.objects.filter(step__run__in=found).order_by("pk"))
    spans: list[Json] = []
    for run in found:
        spans.append(_root(run))
        for step in steps.get(run.pk, []):
            spans += _of_step(run, step, verdicts.get(step.key, []), asked.get(step.key, []), done.get(step.pk, []))
    return {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"scope": SCOPE, "spans": spans}]}]}


def _root(run: Run) -> Json:
    attributes = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": run.agent,
        "gen_ai.agent.version": run.agent_version,
        "gen_ai.conversation.id": run.session_key,
        "signalbox.run.status": run.status,
        "signalbox.run.priority": run.priority,
        "signalbox.tenant": run.tenant_id,
    }
    span = _span(run, "run", f"invoke_agent {run.agent}", run.created_at, run.ended_at, attributes)
    del span["parentSpanId"]
    return _failed(span, is_error=run.status == RunStatus.FAILED)


def _of_step(
    run: Run, step: Step, verdicts: list[Verdict], asked: list[Escalation], done: list[Operation]
) -> Iterator[Json]:
    started, name = step.started_at or step.ended_at or run.created_at, f"step {step.position}"
    written = _model if step.kind == StepKind.MODEL else _tool if step.kind == StepKind.TOOL else _customer
    title, kind, attributes = written(step)
    attributes |= {"signalbox.step.position": step.position, "signalbox.step.status": step.status}
    attributes |= {"gen_ai.agent.name": run.agent, "signalbox.step.claims": step.epoch}
    span = _span(run, name, title, started, step.ended_at, attributes, kind=kind)
    yield _failed(span, is_error=step.status == StepStatus.FAILED)
    for verdict in verdicts:
        yield _gate(run, name, verdict)
    for escalation in asked:
        yield _person(run, name, escalation)
    for operation in done:
        yield _effect(run, name, operation)


def _model(step: Step) -> tuple[str, int, Json]:
    output = step.output or {}
    usage, model = output.get("usage") or {}, str(output.get("model", ""))
    provider, _colon, called = model.partition(":")
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": called,
        "gen_ai.usage.input_tokens": usage.get("input_tokens", 0),
        "gen_ai.usage.output_tokens": usage.get("output_tokens", 0),
        "signalbox.cost_usd": str(usage.get("cost_usd", "0")),
        "signalbox.fallback": "fallback" in output,
    }
    return f"chat {called}".strip(), CLIENT if model else INTERNAL, attributes


def _tool(step: Step) -> tuple[str, int, Json]:
    call_id = str((step.call or {}).get("call_id", ""))
    attributes: Json = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": step.name}
    return f"execute_tool {step.name}", INTERNAL, attributes | {"gen_ai.tool.call.id": call_id}


def _customer(step: Step) -> tuple[str, int, Json]:
    return step.name, INTERNAL, {}


def _gate(run: Run, above: str, verdict: Verdict) -> Json:
    attributes = {
        "signalbox.verdict": verdict.outcome,
        "signalbox.route": verdict.route,
        "signalbox.score": None if verdict.score is None else float(verdict.score),
        "signalbox.reasons": [str(reason.get("code", "")) for reason in verdict.reasons],
    }
    at = verdict.created_at
    return _span(run, f"gate {verdict.pk}", "gate", at, at, attributes, above=above)


def _person(run: Run, above: str, escalation: Escalation) -> Json:
    attributes = {"signalbox.escalation.kind": escalation.kind, "signalbox.escalation.status": escalation.status}
    ended = escalation.decided_at or run.ended_at
    title = f"wait for a person: {escalation.kind}"
    return _span(run, f"asked {escalation.pk}", title, escalation.opened_at, ended, attributes, above=above)


def _effect(run: Run, above: str, operation: Operation) -> Json:
    attributes = {
        "signalbox.effect.outcome": operation.outcome or "",
        "signalbox.effect.class": operation.effect_class,
        "gen_ai.tool.name": operation.tool,
    }
    title = f"effect {operation.tool}"
    span = _span(
        run, f"effect {operation.pk}", title, operation.started_at, operation.ended_at, attributes, above=above
    )
    return _failed(span, is_error=operation.outcome in ("failed", "unknown"))


def _span(
    run: Run,
    name: str,
    title: str,
    start: datetime,
    end: datetime | None,
    attributes: Json,
    *,
    above: str = "run",
    kind: int = INTERNAL,
) -> Json:
    # A clock that was set back, or what never ended, has no length.
    end = max(end, start) if end else start
    return {
        "traceId": run.key.hex,
        "spanId": _id(run, name),
        "parentSpanId": _id(run, above),
        "name": title[:256],
        "kind": kind,
        "startTimeUnixNano": _nanoseconds(start),
        "endTimeUnixNano": _nanoseconds(end),
        "attributes": [
            {"key": key, "value": _value(value)} for key, value in attributes.items() if value not in (None, "")
        ],
        "status": {"code": UNSET},
    }


def _failed(span: Json, *, is_error: bool) -> Json:
    return {**span, "status": {"code": ERROR}} if is_error else span


def _id(run: Run, name: str) -> str:
    return sha256(f"{run.key} {name}".encode()).hexdigest()[:16]


def _nanoseconds(moment: datetime) -> str:
    return str(round(moment.timestamp() * 1_000_000) * 1_000)


def _value(value: Any) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(part) for part in value]}}
    return {"stringValue": str(value)}


def _by(name: str, rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
