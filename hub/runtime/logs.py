"""Structured logs: constant event text plus fields; control characters of outside text are escaped."""

import logging
import re
import sys
from types import ModuleType
from typing import cast

_RICH = sys.modules.setdefault("rich", cast(ModuleType, None))  # 5 MB that structlog would load for tracebacks
import structlog  # noqa: E402

if _RICH is None:
    del sys.modules["rich"]

from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger  # noqa: E402

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_SECRET = re.compile(r"(?i)(password|token|secret|passphrase)")


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the logger of a module; INFO is for the owner of the house, DEBUG for developers."""
    return cast(FilteringBoundLogger, structlog.get_logger(module=name))


def setup_logging(*, level: str = "info", as_json: bool = False) -> None:
    """Configure logs for this process, on standard error."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.format_exc_info,
            _escape,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr)


def escape(text: str) -> str:
    """Return text in which control and bidi characters stand as escapes, safe for a terminal or a log."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: "***" if _SECRET.search(key) else value for key, value in event.items()}


def _escape(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {
        key: escape(value) if isinstance(value, str) and key != "exception" else value for key, value in event.items()
    }
