"""`aios explain`: for a past request, what was heard, what it was matched to, what the guard said, the receipts."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.cli.client import HubClient, Json, segment
from hub.cli.story import story
from hub.contracts.errors import HubError
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios explain last
  aios explain 19f3c0ffee0123456789        the id that `aios ask --json` shows as "request"
  aios explain last --all                  every field of the record
  aios explain --list                      the newest requests with their ids
"""


def run(arguments: list[str]) -> int:
    """Print the record of a request."""
    parser = argparse.ArgumentParser(
        prog="aios explain",
        description="Show why the hub did what it did.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("id", nargs="?", default="last", help='id of a request, or "last" (default)')
    parser.add_argument("--list", action="store_true", help="list the newest requests instead")
    parser.add_argument("--all", action="store_true", help="print every field of the record")
    parser.add_argument("--json", action="store_true", help="print the record as JSON")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder of the hub")
    options = parser.parse_args(arguments)
    client = HubClient(options.data_dir)
    if options.list:
        for row in client.get("/api/v1/requests?limit=20"):
            sys.stdout.write(escape(f"{row['id']}  {row['at']}  {row['text']}") + "\n")
        return 0
    request_id = _last(client) if options.id == "last" else options.id
    record = client.get(f"/api/v1/requests/{segment(request_id)}")
    if options.json:
        sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    else:
        for line in page(record) if options.all else story(record):
            sys.stdout.write(escape(line) + "\n")
    return 0


def page(record: Json) -> Sequence[str]:
    """Return a record as an indented page; empty fields are left out."""
    return [line for name, value in record.items() for line in _lines(name, value, 0)]


def _lines(name: str, value: Json, depth: int) -> list[str]:
    pad = "  " * depth
    if value in (None, "", [], {}):
        return []
    if isinstance(value, Mapping):
        inner = [line for key, item in value.items() for line in _lines(str(key), item, depth + 1)]
        return [f"{pad}{name}:", *inner] if inner else []
    if isinstance(value, list):
        if all(not isinstance(item, list | Mapping) for item in value):
            return [f"{pad}{name}: {', '.join(map(_plain, value))}"]
        inner = [line for number, item in enumerate(value, 1) for line in _lines(f"{number}", item, depth + 1)]
        return [f"{pad}{name}:", *inner]
    return [f"{pad}{name}: {_plain(value)}"]


def _plain(value: Json) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _last(client: HubClient) -> str:
    rows = client.get("/api/v1/requests?limit=1")
    if not rows:
        raise HubError("No request was made yet.", hint='Try `aios ask "turn on the light"`.')
    return str(rows[0]["id"])
