"""What people send about rules, parsed."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from approvals.domain.escalation import Friction
from approvals.domain.escalation.friction import LONGEST_DELAY, MOST_PERSONS
from approvals.domain.gate import TRIGGERS, Rule, Trigger
from approvals.domain.verdict import Outcome
from console.pages.policies.draft import building
from console.pages.policies.draft.building import Simple

OUTCOMES = (
    (Outcome.ASK.value, _("asks a person")),
    (Outcome.REFUSE.value, _("is refused")),
    (Outcome.CONFIRM.value, _("asks the end user")),
    (Outcome.ALLOW.value, _("may run by score, also where it is destructive")),
)
COMPARISONS = (
    (">", _("is over")),
    (">=", _("is at least")),
    ("<", _("is under")),
    ("<=", _("is at most")),
    ("==", _("is")),
    ("!=", _("is not")),
    ("in", _("is one of")),
    ("contains", _("contains")),
    ("startsWith", _("starts with")),
    ("endsWith", _("ends with")),
    ("matches", _("matches the pattern")),
)
SOURCES = (
    ("user", _("the user said them")),
    ("tool", _("a trusted tool returned them")),
    ("policy", _("the policy or the tool itself says them")),
    ("referred", _("somebody's text said them, in an entry that the user named")),
    ("untrusted_tool", _("only an untrusted tool returned them")),
    ("agent", _("seen nowhere before the agent used them")),
)
LONGEST_JSON = 100_000
_FIELDS = {"name": "name", "tools": "tools", "agents": "agents", "when": "when", "sentence": "sentence"}


def _text(
    label: Any, *, most: int, required: bool = False, help_text: Any = "", shown: Any = "", offered: str = ""
) -> forms.CharField:
    """`offered` is the id of the list of names to choose from, which the page brings."""
    attributes = {"class": "in", "autocomplete": "off", "spellcheck": "false", "placeholder": shown}
    if offered:
        attributes["list"] = offered
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


def _whole(label: Any, *, least: int, most: int, required: bool = True) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"class": "in num", "inputmode": "numeric", "autocomplete": "off", "size": 5})
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=required, widget=widget)


class FrictionForm(forms.Form):
    """What an approval takes besides what its tool asks for."""

    persons = _whole(_("Persons"), least=1, most=MOST_PERSONS, required=False)
    delay_seconds = _whole(_("Seconds to look"), least=0, most=LONGEST_DELAY, required=False)
    step_up = forms.BooleanField(label=_("The password again, within five minutes"), required=False)
    separate = forms.BooleanField(
        label=_("Not by the requester or the owner of the agent; with two or more persons always so"), required=False
    )
    typed = _text(
        _("Argument whose value the reviewer has to type"),
        most=1_000,
        shown="amount, recipient",
        help_text=_("Of several the first that the call has. A tool that has something typed already keeps its own."),
    )

    @classmethod
    def of(cls, friction: Friction, *, data: Any, prefix: str) -> "FrictionForm":
        """The form as these terms are; `data` is what was sent, or None."""
        shown = friction.model_dump() | {"typed": ", ".join(friction.typed)}
        return cls(data, initial=shown, prefix=prefix)

    def clean(self) -> dict[str, Any]:
        """Make the terms, so that whatever is wrong with a path is said beside it."""
        said = super().clean() or {}
        if not self.errors:
            # What is left empty is nothing.
            said |= {"persons": said["persons"] or 1, "delay_seconds": said["delay_seconds"] or 0}
            try:
                said["friction"] = Friction(**{**said, "typed": tuple(_globs(said["typed"]))})
            except ValidationError:
                self.add_error("typed", _("Up to five arguments, named with dots: amount, payment.amount."))
        return said

    def friction(self) -> Friction:
        """The terms, once the form is valid."""
        made: Friction = self.cleaned_data["friction"]
        return made


class TermsForm(forms.Form):
    """How long an escalation waits, and how long a decision can be undone."""

    minutes = _whole(_("Minutes until it is rejected automatically"), least=1, most=43_200)
    undo_seconds = _whole(_("Seconds in which a decision can be undone"), least=0, most=60)


class TriggersForm(forms.Form):
    """Which triggers ask about a write."""

    triggers = forms.MultipleChoiceField(
        label=_("These ask a person about a write"),
        choices=[(one.value, TRIGGERS[one].sentence) for one in Trigger],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("One that is chosen and of which nobody knows whether it is raised asks as well."),
    )

    def chosen(self, before: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
        """The chosen ones, those of before in their order first."""
        now = [Trigger(name) for name in self.cleaned_data["triggers"]]
        return (*(one for one in before if one in now), *(one for one in now if one not in before))


class RuleForm(forms.Form):
    """One rule; the condition by its parts or in CEL."""

    name = _text(_("Name of the rule"), most=80, required=True, shown="large-refund")
    tools = _text(
        _("Tools"),
        most=2_000,
        required=True,
        offered="known-tools",
        shown="refund_order, cancel_*",
        help_text=_("Names or patterns, with commas between them. A star stands for anything."),
    )
    agents = _text(_("Agents"), most=2_000, help_text=_("Empty for all of them."))
    fact = _text(_("Only when"), most=200, shown="amount", offered="known-arguments")
    comparison = forms.ChoiceField(
        label=_("Comparison"), choices=COMPARISONS, required=False, widget=forms.Select(attrs={"class": "in"})
    )
    value = _text(_("Value"), most=500, shown="100")
    when = _text(
        _("Or a condition in CEL"),
        most=2_000,
        shown='args.amount > 100 && tool.environment == "production"',
        help_text=_("Over args, tool, facts, grounding, object, score and run. Leave both empty for always."),
    )
    outcome = forms.ChoiceField(label=_("Then the call"), choices=OUTCOMES, widget=forms.RadioSelect)
    sentence = _text(
        _("What the reviewer reads"), most=300, required=True, shown=_("It is more than a clerk may refund.")
    )

    def clean(self) -> dict[str, Any]:
        """Make the rule, so that whatever is wrong with it is said beside the field it is about."""
        said = super().clean() or {}
        if not self.errors:
            self._check_condition(said)
        if not self.errors:
            try:
                said["rule"] = _rule(said)
            except ValidationError as error:
                self._refuse(error)
        return said

    def rule(self) -> Rule:
        """The rule, once the form is valid."""
        made: Rule = self.cleaned_data["rule"]
        return made

    def _check_condition(self, said: dict[str, Any]) -> None:
        if not said["fact"] and said["value"]:
            self.add_error("fact", _("Say which fact is compared with this."))
        elif said["fact"] and said["when"]:
            self.add_error("when", _("Say the condition once: by its parts, or in CEL."))
        elif said["fact"] and not building.is_path(said["fact"]):
            self.add_error("fact", _("A fact is named with dots: amount, items.0.id, tool.environment."))
        elif said["fact"] and not said["value"]:
            self.add_error("value", _("Say what it is compared with."))

    def _refuse(self, error: ValidationError) -> None:
        for fault in error.errors():
            field = _FIELDS.get(str(fault["loc"][0]) if fault["loc"] else "", "name")
            # A condition that was put together from its parts is explained where these are.
            is_by_parts = field == "when" and not self.cleaned_data.get("when")
            self.add_error("value" if is_by_parts else field, fault["msg"].removeprefix("Value error, "))


class JsonObject(forms.CharField):
    """A JSON object, read as strictly as the gate reads one: no NaN, no name twice."""

    def prepare_value(self, value: Any) -> Any:
        """What was typed as it was typed; a value as readable JSON."""
        return value if isinstance(value, str) else json.dumps(value or {}, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        """The object; empty for nothing. Raises ValidationError with the line and the reason."""
        text = super().to_python(value)
        if not text:
            return {}
        try:
            found = json.loads(text, parse_constant=_refused, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            said = {"line": error.lineno, "reason": error.msg}
            raise forms.ValidationError(_("This is no JSON: line %(line)s: %(reason)s.") % said) from error
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(
                _("This is no JSON that can be judged: %(reason)s.") % {"reason": error}
            ) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("This is one value; an object is needed, such as an amount and its value."))
        return found


class CallForm(forms.Form):
    """A call to try rules on, with what is said of it."""

    tool = _text(_("Tool"), most=200, required=True, shown="refund_order", offered="known-tools")
    arguments = JsonObject(
        label=_("Arguments, as JSON"),
        max_length=LONGEST_JSON,
        required=False,
        widget=forms.Textarea(attrs={"class": "in mono", "rows": 6, "spellcheck": "false"}),
    )
    agent = _text(_("Agent"), most=200, required=True)
    source = forms.ChoiceField(
        label=_("Where the values come from"), choices=SOURCES, widget=forms.Select(attrs={"class": "in"})
    )
    sure = forms.FloatField(
        label=_("How sure the agent says it is"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=_("From 0 to 1. Empty: as recorded, or 1 for a call that never was."),
        widget=forms.TextInput(attrs={"class": "in", "inputmode": "decimal", "autocomplete": "off"}),
    )
    extra = JsonObject(
        label=_("Other facts, as JSON"),
        max_length=LONGEST_JSON,
        required=False,
        help_text=_("What rules read under facts, such as facts.level."),
        widget=forms.Textarea(attrs={"class": "in mono", "rows": 2, "spellcheck": "false"}),
    )


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def initial(rule: Rule) -> dict[str, Any]:
    """A rule as the form holds it."""
    simple = building.simple_of(rule.when)
    return {
        "name": rule.name,
        "tools": ", ".join(rule.tools),
        "agents": ", ".join(rule.agents or ()),
        "fact": simple.fact if simple else "",
        "comparison": simple.comparison if simple else ">",
        "value": simple.value if simple else "",
        "when": "" if simple else rule.when,
        "outcome": rule.outcome.value,
        "sentence": rule.sentence,
    }


def _rule(said: dict[str, Any]) -> Rule:
    when = said["when"]
    if said["fact"]:
        when = building.condition(Simple(said["fact"], said["comparison"] or ">", said["value"]))
    return Rule(
        name=said["name"],
        tools=tuple(_globs(said["tools"])),
        agents=tuple(_globs(said["agents"])) or None,
        when=when,
        outcome=Outcome(said["outcome"]),
        sentence=said["sentence"],
    )


def _globs(text: str) -> Iterable[str]:
    return (glob.strip() for glob in text.split(",") if glob.strip())
