"""How the server's log looks: one line an event, for people or as JSON; gunicorn's and libraries' lines included."""

from typing import Any

import structlog

BEFORE = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def logging_plan(form: str) -> dict[str, Any]:
    """A plan for logging.config.dictConfig. `form` is text or json. Lines go to stderr."""
    # where rich is installed, structlog would let it set tracebacks: 0.5 s each, during which no scan is answered
    last: Any = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    shown: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last = structlog.processors.JSONRenderer()
        shown.append(structlog.processors.dict_tracebacks)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*shown, last],
                "foreign_pre_chain": list(BEFORE),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": False},
            "engineio.server": {"level": "WARNING"},
            "socketio.server": {"level": "WARNING"},
        },
    }


def route_structlog() -> None:
    """Send structlog's events through the standard library's logging, where the plan above shapes them."""
    structlog.configure(
        processors=[*BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
