"""What never reaches a table or a screen as it came: secrets, unstorable and hidden characters.

`secrets` knows their shapes, `storing` makes text and JSON storable, `hidden` shows what a reader would not see,
`lookalikes` what a reader takes for something else. Pure; anything may import it.
"""

from approvals.domain.redaction.hidden import has_hidden, reveal, visible
from approvals.domain.redaction.storing import clean, redact, redact_json

__all__ = ["clean", "has_hidden", "redact", "redact_json", "reveal", "visible"]
