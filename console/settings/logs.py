"""Logging: one line an event, as text on a terminal and as JSON elsewhere."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from console.settings.environ import text

LONGEST_LINE = 200


def logging_of(*, debug: bool) -> dict[str, Any]:
    """The standard library's configuration; structlog is set up to go the same way.

    Everything goes to standard error, so that an unhandled exception always leaves a line.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    level = (text("LOG_LEVEL") or ("INFO" if debug else "WARNING")).upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_renderers(),
                ],
                "foreign_pre_chain": shared,
            }
        },
        "filters": {"brief": {"()": Brief}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            name: {"handlers": [], "propagate": True, "level": "NOTSET"}
            for name in ("django", "django.server", "celery", "uvicorn", "uvicorn.error")
        }
        | {"django.security.DisallowedHost": {"handlers": [], "filters": ["brief"], "propagate": True}},
    }


class Brief(logging.Filter):
    """What anybody can cause by a word in a request is one short line: a warning, and no fault with a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = record.getMessage()[:LONGEST_LINE], ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _renderers() -> list[Any]:
    wanted = text("LOG_FORMAT") or ("console" if sys.stderr.isatty() else "json")
    if wanted == "console":
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    # Never the locals of a frame: passwords and keys are among them.
    without_locals = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(without_locals), structlog.processors.JSONRenderer()]
