"""What people send to start a run, and admins to say what comes in, parsed."""

import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.intake.keeping import LARGEST_LIMIT, Planned, Wanted
from agents.intake.mapping import LARGEST_SCHEMA, LONGEST_MESSAGE, LONGEST_TITLE
from agents.intake.refusals import NotAsWanted, NotYours
from agents.models import Schedule, Source
from agents.tools import registry
from approvals.models import Role
from console.access import RoleNeeded
from console.pages.people.forms import NameField, Tied

T = TypeVar("T")
MOST_MINUTES = 1_440


def tried(form: Tied, act: Callable[[], T]) -> T | None:
    """Do it; what is not kept is said beside its field, and None returned."""
    try:
        return act()
    except NotYours as refusal:
        raise RoleNeeded(frozenset({Role.ADMIN})) from refusal
    except NotAsWanted as refusal:
        form.refuse(refusal.field if refusal.field in form.fields else None, refusal.detail)
        return None


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "in", "rows": rows})


class AgentForm(Tied):
    """A form that chooses one of the agents that are registered."""

    agent = forms.ChoiceField(label=_("Agent"), widget=forms.Select(attrs={"class": "in"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in sorted(agent.name for agent in registry.agents())]


class StartForm(AgentForm):
    """One request of a person; `key` makes the form begin one run, however often it is sent."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, help_text=_("One line for people."))
    message = forms.CharField(
        label=_("What the customer says"), max_length=LONGEST_MESSAGE, required=False, widget=_area(5)
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=-100,
        max_value=100,
        initial=0,
        help_text=_("From -100 to 100. Each point is worth a minute of waiting."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ("agent", "title", "message", "priority", "key")


class SourceForm(AgentForm):
    """A source of webhooks."""

    name = NameField(label=_("Name"), max_length=80, help_text=_("Which system sends."))
    title = forms.CharField(
        label=_("Title of its runs"),
        max_length=LONGEST_TITLE,
        help_text=_("Text with paths into the payload: Ticket {ticket.id}"),
    )
    message = forms.CharField(
        label=_("What the customer says"),
        max_length=5_000,
        widget=_area(3),
        help_text=_("The same. {.} is the whole payload."),
    )
    priority = forms.CharField(
        label=_("Priority"), max_length=100, initial="0", help_text=_("From -100 to 100, or one path.")
    )
    session = forms.CharField(
        label=_("Conversation it belongs to"), max_length=200, required=False, help_text=_("Text with paths, or empty.")
    )
    schema = forms.CharField(
        label=_("JSON Schema of a payload"),
        max_length=LARGEST_SCHEMA,
        initial='{"type": "object"}',
        widget=_area(8),
        help_text=_("Draft 2020-12. What does not fit is refused with its path, and listed here."),
    )
    field_order = ("name", "agent", "title", "message", "priority", "session", "schema")

    def clean_schema(self) -> dict[str, Any]:
        """JSON, and an object."""
        try:
            found = json.loads(self.cleaned_data["schema"])
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("This is no JSON: %(why)s.") % {"why": error}) from error
        if not isinstance(found, dict):
            raise forms.ValidationError(_("A schema is a JSON object."))
        return found

    def answer(self) -> Wanted:
        """What the service is asked for."""
        return Wanted(**{name: self.cleaned_data[name] for name in self.field_order})

    @staticmethod
    def of(source: Source) -> dict[str, Any]:
        """What stands in the form of a source that is there."""
        return {**vars(source), "schema": json.dumps(source.schema, indent=2, ensure_ascii=False)}


class ScheduleForm(AgentForm):
    """A schedule."""

    name = NameField(label=_("Name"), max_length=80)
    title = forms.CharField(label=_("Title of its runs"), max_length=LONGEST_TITLE)
    message = forms.CharField(label=_("What the customer says"), max_length=LONGEST_MESSAGE, widget=_area(3))
    priority = forms.IntegerField(label=_("Priority"), min_value=-100, max_value=100, initial=0)
    line = forms.CharField(
        label=_("When, as a cron line"),
        max_length=200,
        help_text=_("Minute, hour, day of the month, month, day of the week: 0 9 * * mon-fri"),
    )
    zone = forms.CharField(
        label=_("Time zone"), max_length=64, initial="UTC", help_text=_("As in Europe/Berlin; it knows summer time.")
    )
    late_minutes = forms.IntegerField(
        label=_("Minutes it may be late"),
        min_value=0,
        max_value=MOST_MINUTES,
        initial=15,
        help_text=_("A tick that nobody saw in time still runs so long after, once. Later it is missed and counted."),
    )
    field_order = ("name", "agent", "title", "message", "line", "zone", "late_minutes", "priority")

    def answer(self) -> Planned:
        """What the service is asked for."""
        return Planned(**{name: self.cleaned_data[name] for name in self.field_order})

    @staticmethod
    def of(schedule: Schedule) -> dict[str, Any]:
        """What stands in the form of a schedule that is there."""
        return vars(schedule)


class LimitForm(Tied):
    """How many runs may be open."""

    most = forms.IntegerField(label=_("Runs that may be open at once"), min_value=1, max_value=LARGEST_LIMIT)


class RotateForm(Tied):
    """How long the secret before is good."""

    at_once = forms.BooleanField(
        label=_("It became known: end the old one at once"), required=False, widget=forms.CheckboxInput
    )
