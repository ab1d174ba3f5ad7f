"""History to take along: a period in a zip that can be verified without this installation. For auditors."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from approvals.learning import exporting
from approvals.sealing import bundling
from console.access import auditor_required, member_of
from console.pages.htmx import fragment
from console.pages.people.forms import Tied

YEARS = (2000, 2099)
FIRST_SPAN = timedelta(days=30)


class PeriodForm(Tied):
    """From one day to another, both of them whole, in UTC."""

    since = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Days begin and end at midnight UTC."),
    )

    def clean(self) -> dict[str, Any]:
        """The last day is no earlier than the first."""
        data: dict[str, Any] = super().clean() or {}
        for name in ("since", "until"):
            if data.get(name) and not YEARS[0] <= data[name].year <= YEARS[1]:
                self.add_error(name, _("Choose a day in this century."))
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day lies before the first."))
        return data


@require_safe
@auditor_required
def history(request: HttpRequest) -> HttpResponse:
    """Choose a period."""
    today = timezone.localdate()
    return _page(request, PeriodForm(initial={"since": today - FIRST_SPAN, "until": today}))


@require_safe
@auditor_required
def history_zip(request: HttpRequest) -> HttpResponseBase:
    """The period of `?since=` and `?until=`, streamed; the page with what is wrong when it is none."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _page(request, form, status=422)
    since: date = form.cleaned_data["since"]
    until: date = form.cleaned_data["until"]
    of = bundling.period(member_of(request).tenant_id, **bundling.days(since, until))
    parts = bundling.bundle(of)
    response = StreamingHttpResponse(
        exporting.in_turn(parts) if isinstance(request, ASGIRequest) else parts, content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="history-{since}-to-{until}.zip"'
    return response


def _page(request: HttpRequest, form: PeriodForm, *, status: int = 200) -> HttpResponse:
    return fragment(request, "labels/history.html", {"area": "labels", "form": form}, status=status)
