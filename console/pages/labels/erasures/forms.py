"""What people send to have something erased, parsed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.learning.dataset.erasing import LONGEST_REASON, LONGEST_SUBJECT
from approvals.models.proof.audit import About
from console.pages.people.forms import Tied

KINDS = (
    (About.CONVERSATION.value, _("A conversation: every run with its session key")),
    (About.RUN.value, _("One run, by its key")),
)


class ErasureForm(Tied):
    """What is to go, and why."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=KINDS, widget=forms.Select(attrs={"class": "in"}))
    subject = forms.CharField(
        label=_("Its key"),
        max_length=LONGEST_SUBJECT,
        strip=False,
        help_text=_("The session key that requests came with, or the key of the run from the address of its trace."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        help_text=_("It stays for ever: say why, and leave out who it is about."),
    )
