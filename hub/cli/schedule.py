"""`aios schedule`: what is due later, and calling it off."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from hub.cli.client import HubClient, segment
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios schedule                          what is still to come, in order
  aios schedule cancel 19f3c0ffee01      call one off
"""


def run(arguments: list[str]) -> int:
    """List what is due, or cancel one."""
    parser = argparse.ArgumentParser(
        prog="aios schedule",
        description="List or cancel what is due later.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", nargs="?", choices=("list", "cancel"), default="list")
    parser.add_argument("id", nargs="?", help="which one to cancel")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder of the hub")
    options = parser.parse_args(arguments)
    client = HubClient(options.data_dir)
    if options.action == "cancel":
        if not options.id:
            parser.error("cancel needs an id; `aios schedule` lists them")
        client.delete(f"/api/v1/schedule/{segment(options.id)}")
        sys.stdout.write("cancelled\n")
        return 0
    rows = client.get("/api/v1/schedule")
    if options.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return 0
    if not rows:
        sys.stdout.write("Nothing is due.\n")
    for row in rows:
        sys.stdout.write(escape(f"{_local(row['due'])}  {row['id']}  {row['text']}") + "\n")
    return 0


def _local(due: str) -> str:
    """Return the instant as the wall clock of this machine shows it ("Tue 24 Nov 19:30:05")."""
    return f"{datetime.fromisoformat(due).astimezone():%a %d %b %H:%M:%S}"
