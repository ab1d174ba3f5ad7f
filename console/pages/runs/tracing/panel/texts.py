"""Texts from outside, as much of them as a page can carry."""

import json
from typing import Any

from django.utils.translation import gettext as _

from console.pages.runs.tracing.panel.values import Text

LONGEST = 20_000


def text_of(heading: str, value: Any, *, who: str, is_code: bool = False) -> Text:
    """A value as text: words as they are, everything else as indented JSON."""
    whole = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    left_out = ""
    if len(whole) > LONGEST:
        left_out = _("The first %(n)s of %(all)s characters.") % {"n": f"{LONGEST:,}", "all": f"{len(whole):,}"}
    return Text(heading, whole[:LONGEST], who, is_code or not isinstance(value, str), left_out)
