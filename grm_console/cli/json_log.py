"""A process's log: JSON lines on standard error."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO


class JsonLine(logging.Formatter):
    """One JSON object a line, so that no word from outside can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def write_log_as_json(level: str, stream: TextIO | None = None) -> None:
    """Send the program's log from `level` on to `stream`, by default standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # It tells twice at each start which kind of store it looks at.
    logging.getLogger("alembic").setLevel(logging.WARNING)
