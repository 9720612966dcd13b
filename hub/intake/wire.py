"""Replies and receipts as the JSON documents of the protocol; one form for MQTT and HTTP."""

from hub.contracts.messages import Receipt, Reply

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


def reply_document(reply: Reply) -> JsonObject:
    """Return the reply as protocol.md's `reply` payload; optional fields are left out where they are empty."""
    document: JsonObject = {
        "request": reply.request,
        "outcome": reply.outcome.value,
        "text": reply.text,
        "language": reply.language,
        "receipts": [receipt_document(receipt) for receipt in reply.receipts],
        "session": reply.session,
        "final": reply.is_final,
    }
    for name, value in (("speech", reply.speech), ("question", reply.question), ("reason", reply.reason)):
        if value is not None:
            document[name] = value
    return document


def receipt_document(receipt: Receipt) -> JsonObject:
    """Return one receipt as the protocol's object; `open` marks one whose confirmation may still come."""
    document: JsonObject = {
        "device": receipt.device,
        "command": receipt.command,
        "params": {name: plain(value) for name, value in receipt.params.items()},
        "status": receipt.status.value,
        "latency_ms": receipt.latency_ms,
    }
    if receipt.component:
        document["component"] = receipt.component
    if receipt.state:
        document["state"] = {name: plain(value) for name, value in receipt.state.items()}
    if receipt.reason is not None:
        document["reason"] = receipt.reason
    if receipt.is_open:
        document["open"] = True
    return document


def plain(value: bool | int | float | str | tuple[float, ...] | None) -> JsonValue:
    """Return a state or parameter value as JSON knows it."""
    return list(value) if isinstance(value, tuple) else value
