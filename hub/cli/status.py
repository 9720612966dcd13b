"""`aios status`: how the running hub is."""

import argparse
import json
import sys
from pathlib import Path

from hub.cli.client import HubClient
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios status
  aios status --json
"""


def run(arguments: list[str]) -> int:
    """Print the status; exit status 1 when something is degraded."""
    parser = argparse.ArgumentParser(
        prog="aios status",
        description="Show the state of the running hub. Exit status 1: degraded.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder of the hub")
    options = parser.parse_args(arguments)
    status = HubClient(options.data_dir).get("/api/v1/status")
    if options.json:
        sys.stdout.write(json.dumps(status, ensure_ascii=False) + "\n")
    else:
        broker = status["broker"]
        lines = [
            f"hub      {status['hub']} (version {status['version']}), {status['state']} since {status['since']}",
            f"broker   {broker['kind']} at {broker['host']}:{broker['port']}, "
            f"{'connected' if broker['is_connected'] else 'NOT connected'}",
            f"model    {status['model']['state']}",
            f"devices  {status['devices']}",
            *(f"problem  {problem}" for problem in status["problems"]),
        ]
        sys.stdout.write("\n".join(map(escape, lines)) + "\n")
    return 0 if status["state"] == "online" and status["model"]["state"] == "loaded" else 1
