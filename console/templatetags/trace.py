"""Sentences with values of others in them, as the trace says them."""

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from console.pages.runs.tracing.telling.said import Said
from console.templatetags.untrusted import untrusted_line, untrusted_value

register = template.Library()


@register.simple_tag
def said(sentence: Said) -> SafeString:
    """The words of the console with each value in its markup: isolated, escaped, with nothing hidden."""
    parts = {name: untrusted_value(value) for name, value in sentence.values.items()}
    parts |= {name: format_html("<code>{}</code>", untrusted_line(value, 80)) for name, value in sentence.codes.items()}
    parts |= {name: format_html('<a class="link" href="{}">{}</a>', *link) for name, link in sentence.links.items()}
    return format_html(escape(sentence.text), **parts) if parts else escape(sentence.text)
