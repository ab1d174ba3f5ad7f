"""Edit an action before approving it: enter values, let the server say what they would do, approve exactly that."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.engine.context import proposing
from agents.tools import registry
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.errors import BadEdit, LookLonger, NotOpen, StepUpNeeded, TypedFactWrong
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence, Grounding
from approvals.gating.grounding.telling import told
from approvals.inbox import deciding, editing
from approvals.inbox.editing import Examined
from approvals.models import Decision, Escalation
from console.access import member_of, reviewer_required
from console.pages.presenting import bar as bars
from console.pages.presenting.editing import controls, reading
from console.pages.presenting.editing.rows import changed_rows
from console.pages.presenting.editing.states import Checked, Editing
from console.pages.presenting.evidence import permission
from console.pages.presenting.evidence.effect import effect
from console.pages.presenting.evidence.outcome import arguments_of
from console.pages.presenting.head import facts
from console.pages.presenting.pane import Pane
from console.pages.review import finding
from console.pages.review.answering import answered, bar_again, check_shown, own_before, pane_of
from console.pages.review.deciding_form import DecidingForm
from console.pages.review.proving import session_of

Sent = dict[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@reviewer_required
@answered
def edit(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """The arguments as inputs: as proposed, or as they were entered when somebody looks at them once more."""
    found = finding.escalation(member_of(request), escalation_id)
    if request.method == "POST":
        check_shown(request, found)
    if not _can_edit(found):
        return _uneditable(request, found)
    texts = _entered(request) or _undone(request, found)
    return bar_again(request, _inputs(request, found, texts), status=200)


@require_POST
@reviewer_required
@answered
def examine(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """What the edited action would do, computed by the server; writes nothing."""
    found = finding.escalation(member_of(request), escalation_id)
    check_shown(request, found)
    if not _can_edit(found):
        return _uneditable(request, found)
    examined = _examined(request, found)
    if isinstance(examined, HttpResponse):
        return examined
    return bar_again(request, _checked(request, found, examined), status=200)


def approve(request: HttpRequest, found: Escalation, form: DecidingForm) -> Decision | HttpResponse:
    """Approve the edited action that was on the screen, or say what is missing; raises what `deciding.decide` does.

    The values are read and examined once more. Only what the server has shown to this very person passes: the same
    bytes, the same effect, for the same version of the same evidence.
    """
    check_shown(request, found)
    if not _can_edit(found):
        return _uneditable(request, found)
    examined = _examined(request, found)
    if isinstance(examined, HttpResponse):
        return examined
    if not constant_time_compare(request.POST.get("proof", ""), _proof(request, found, examined)):
        return _once_more(request, found, examined, _("What it would do has changed. Look at it once more."), 409)
    if not form.is_valid():
        return _once_more(request, found, examined, form.sentence())
    if not form.cleaned_data["is_material"]:
        return _once_more(request, found, examined, _("Say whether it corrects a mistake. Nothing was sent."))
    said = form.said().model_copy(update={"arguments": examined.action.arguments})
    return _decided(request, found, examined, said)


def _decided(request: HttpRequest, found: Escalation, examined: Examined, said: Said) -> Decision | HttpResponse:
    """The decision, or the edited action once more with what approving it takes besides."""
    try:
        return deciding.decide(found, by=member_of(request), said=said, session=session_of(request))
    except LookLonger as refusal:
        return _once_more(request, found, examined, permission.look_longer(refusal.until))
    except StepUpNeeded:
        return _once_more(request, found, examined, _("Type your password again to approve this. Nothing was sent."))
    except TypedFactWrong:
        fact = examined.preview.typed_fact
        what = {"what": fact.label if fact else ""}
        return _once_more(request, found, examined, _("That is not %(what)s. Nothing was sent.") % what)


def _uneditable(request: HttpRequest, found: Escalation) -> HttpResponse:
    """Nothing can be edited here; raises NotOpen when that is because it is decided."""
    if found.status != Status.OPEN:
        raise NotOpen
    return bar_again(request, pane_of(request, found, error=_("This call cannot be edited here.")), status=409)


def _can_edit(found: Escalation) -> bool:
    is_open = found.status == Status.OPEN and found.kind == Kind.APPROVAL
    return (
        is_open
        and found.persons == 1
        and bool(getattr(found, "has_trace", False))
        and reading.can_edit(found.evidence.value())
    )


def _entered(request: HttpRequest) -> Sent:
    return {key: str(text) for key, text in request.POST.items() if key[:1] == "a" and key[1:].isdecimal()}


def _undone(request: HttpRequest, found: Escalation) -> Sent:
    """What the person had entered who undid an edit, as the controls hold it."""
    before = own_before(request, found)
    arguments: Any = arguments_of(before) if before is not None and before.kind == DecisionKind.EDIT else {}
    known = controls.specs(found.evidence.value())
    return {spec.key: controls.written(arguments[spec.name], spec.control) for spec in known if spec.name in arguments}


def _inputs(
    request: HttpRequest, found: Escalation, texts: Sent, problems: dict[str, str] | None = None, error: str = ""
) -> Pane:
    """The pane with inputs in it."""
    wrong = problems or {}
    known = controls.specs(found.evidence.value())
    fields = tuple(controls.field(spec, text=texts.get(spec.key), error=wrong.get(spec.key, "")) for spec in known)
    return pane_of(request, found, bar=Editing(fields, error or wrong.get("", "")))


def _examined(request: HttpRequest, found: Escalation) -> Examined | HttpResponse:
    """What the entered values come to, or the inputs once more with what is wrong at each."""
    value = found.evidence.value()
    entered = reading.read(value, _entered(request))
    texts = dict(entered.texts)
    if entered.problems:
        return bar_again(request, _inputs(request, found, texts, entered.problems), status=422)
    try:
        return editing.examine(found, value, entered.arguments)
    except BadEdit as refusal:
        problems = reading.placed(value, refusal.problems)
        return bar_again(request, _inputs(request, found, texts, problems), status=422)


def _checked(request: HttpRequest, found: Escalation, examined: Examined, **more: Any) -> Pane:
    """The pane of the edited action: its difference, its checks, and the button that approves exactly that."""
    value = found.evidence.value()
    edited = _told(value, examined)
    fact = examined.preview.typed_fact
    texts = reading.read(value, _entered(request)).texts
    bar = Checked(
        texts=tuple(texts.items()),
        rows=changed_rows(value.arguments, examined.action.arguments),
        payload_sha256=examined.action.digest,
        proof=_proof(request, found, examined),
        friction=bars.friction_of(found, edited),
        effect=_title(found, examined),
        typed_label=fact.label if fact else "",
        typed=request.POST.get("typed", "")[:200],
        is_material=request.POST.get("is_material", ""),
        seconds=found.undo_seconds,
        risk=found.risk,
        **more,
    )
    seen = pane_of(request, found, bar=bar)
    head = replace(seen.head, facts=facts(found, edited), title=bar.effect)
    return replace(seen, effect=effect(edited), head=head)


def _once_more(
    request: HttpRequest, found: Escalation, examined: Examined, error: str, status: int = 422
) -> HttpResponse:
    return bar_again(request, _checked(request, found, examined, error=error), status=status)


def _told(value: Evidence, examined: Examined) -> Evidence:
    """The evidence of the edited action; a value that was entered just now came from the person who looks at it."""
    edited = editing.edited_value(value, examined)
    kept = [found for found in value.grounding if found.path not in examined.changed]
    entered = [Grounding(path=path, source="policy", detail=_("you, just now")) for path in examined.changed]
    grounding = (*kept, *entered)
    preview = told(examined.preview, examined.action.arguments, grounding)
    material = edited.material.model_copy(update={"preview": preview})
    return edited.model_copy(update={"grounding": grounding, "material": material})


def _title(found: Escalation, examined: Examined) -> str:
    return proposing.title_of(examined.action) if registry.find_tool(examined.action.tool) else found.title


def _proof(request: HttpRequest, found: Escalation, examined: Examined) -> str:
    """A seal over what the server computed and for whom, which no form can make by itself."""
    shown = sha256(examined.preview.model_dump_json().encode()).hexdigest()
    sealed = [member_of(request).pk, found.pk, found.version, found.evidence.digest, examined.action.digest, shown]
    return salted_hmac("review.changing", json.dumps(sealed), algorithm="sha256").hexdigest()
