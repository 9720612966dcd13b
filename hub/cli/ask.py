"""`aios ask`: one request, its reply, and its receipts as they come."""

import argparse
import json
import sys
from pathlib import Path

from hub.cli.client import HubClient, Json
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios ask "turn off the kitchen lights"
  aios ask "把客厅的灯调到百分之三十"
  aios ask --from speaker-kitchen "turn on the light"     as if said to that speaker
  aios ask --dry-run "lock up"                            what would be done, without doing it
  aios ask --json "is the front door locked?"

What one person asks within a few minutes is one dialogue ("and the bedroom too", "undo that"); `--session NAME` makes
another one.
"""
MARKS = {"confirmed": "confirmed", "sent": "sent, not confirmed", "failed": "FAILED"}


def run(arguments: list[str]) -> int:
    """Ask, print, and on a terminal go on with the hub's question."""
    options = _parser().parse_args(arguments)
    client = HubClient(options.data_dir)
    body: dict[str, Json] = {"text": options.text, "dry_run": options.dry_run}
    given = {"from": options.source, "person": options.person, "language": options.language, "session": options.session}
    for name, value in given.items():
        if value:
            body[name] = value
    reply = ask(client, body, is_json=options.json, waits=not options.no_wait)
    while reply["outcome"] == "ask" and not options.json and sys.stdin.isatty() and not options.dry_run:
        try:
            answer = input("> ").strip()
        except EOFError:
            break
        if not answer:
            break
        reply = ask(client, {**body, "text": answer, "session": reply["session"]}, is_json=False, waits=True)
    return 0 if reply["outcome"] != "refuse" else 3


def ask(client: HubClient, body: Json, *, is_json: bool, waits: bool) -> Json:
    """Send a request and print what comes back; return the last reply."""
    reply = client.post("/api/v1/requests", body)
    if not is_json:
        print_reply(reply)
    if waits and not reply["final"]:
        first = reply["text"]
        reply = client.get(f"/api/v1/requests/{reply['request']}/final")
        if not is_json:
            print_reply(reply)
        reply["text"] = f"{first} {reply['text']}"  # the final sentence speaks of what was still moving only
    if is_json:
        sys.stdout.write(json.dumps(reply, ensure_ascii=False) + "\n")
    return reply


def print_reply(reply: Json) -> None:
    """Print the sentence, then one line a receipt."""
    sys.stdout.write(escape(reply["text"]) + "\n")
    for receipt in reply["receipts"]:
        params = " ".join(f"{name}={value}" for name, value in receipt["params"].items())
        status = "moving" if receipt.get("open") else MARKS[receipt["status"]]
        took = f" after {receipt['latency_ms']:.0f} ms" if receipt.get("latency_ms") is not None else ""
        reason = f" ({receipt['reason']})" if receipt.get("reason") else ""
        line = f"  {receipt['device']}: {receipt['command']} {params}".rstrip()
        sys.stdout.write(escape(f"{line} -> {status}{took}{reason}") + "\n")
    for effect in reply.get("effects", []):
        params = " ".join(f"{name}={value}" for name, value in effect["params"].items())
        when = f" ({effect['when']['text']})" if effect.get("when") else ""
        sys.stdout.write(escape(f"  would do: {effect['device']}: {effect['command']} {params}".rstrip() + when) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aios ask",
        description="Ask the running hub for something. Exit status 3: the hub refused.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", help="what you want, in English or Chinese")
    parser.add_argument(
        "--from", dest="source", metavar="DEVICE", help="ask as if through this device (its room is 'here')"
    )
    parser.add_argument("--person", help="who asks (default: the owner)")
    parser.add_argument("--language", choices=("en", "zh"), help="language of the reply (default: that of the request)")
    parser.add_argument("--session", metavar="NAME", help="the dialogue that it belongs to (default: the latest one)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--json", action="store_true", help="print the final reply as one JSON object")
    parser.add_argument("--no-wait", action="store_true", help="do not wait for the final reply of slow devices")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder of the hub")
    return parser
