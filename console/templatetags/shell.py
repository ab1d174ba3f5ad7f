"""Small pieces that every page is built from."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.pages.presenting.keys import groups

register = template.Library()


@register.simple_tag
def icon(name: str, tone: str = "") -> SafeString:
    """A drawing of the sprite; decoration, so the words beside it must say the same."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="#{}"/></svg>', tone, name)


@register.simple_tag
def meter(percent: int, tone: str = "") -> SafeString:
    """A bar filled to `percent`; the number stands beside it in words."""
    return format_html(
        '<svg class="meter {}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="4"/></svg>',
        tone,
        percent,
    )


@register.inclusion_tag("components/_keys.html", takes_context=True)
def keys_dialog(context: template.Context) -> dict[str, Any]:
    """The table of keys of this page, which the script reads too."""
    return {"groups": groups(str(context.get("area", ""))), "user": context.get("user")}
