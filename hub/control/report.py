"""The sentences about actions, made from receipts and nothing else (promise 2: the hub does not claim)."""

from collections.abc import Sequence

from hub.contracts.messages import Receipt, ReceiptStatus
from hub.contracts.skill import Effect
from hub.control.phrases import Phraser


def report(receipts: Sequence[Receipt], phraser: Phraser, *, is_final: bool) -> list[str]:
    """Return what the receipts show: one sentence for each kind of result, devices grouped.

    Args:
        is_final: whether no further report follows; then "not yet" would promise too much.
    """
    groups: dict[object, list[Receipt]] = {}
    for receipt in _in_order(receipts):
        groups.setdefault(_key(receipt), []).append(receipt)
    return [_sentence(group, phraser, is_final) for group in groups.values()]


def _in_order(receipts: Sequence[Receipt]) -> list[Receipt]:
    rank = {ReceiptStatus.CONFIRMED: 0, ReceiptStatus.SENT: 1, ReceiptStatus.FAILED: 2}
    return sorted(receipts, key=lambda receipt: rank[receipt.status])


def _key(receipt: Receipt) -> object:
    if receipt.status is ReceiptStatus.FAILED:
        return receipt.status, receipt.reason
    if receipt.status is ReceiptStatus.SENT and receipt.reason != "going":
        return receipt.status, receipt.reason, receipt.is_open
    return receipt.status, receipt.reason, _action(receipt)


def _action(receipt: Receipt) -> tuple[str, tuple[tuple[str, object], ...]]:
    command = receipt.command
    is_on = receipt.state.get("on")
    if command == "toggle" and isinstance(is_on, bool):
        command = "turn_on" if is_on else "turn_off"
    return command, tuple(sorted(receipt.params.items()))


def _sentence(group: Sequence[Receipt], phraser: Phraser, is_final: bool) -> str:
    devices = [receipt.device for receipt in group]
    first = group[0]
    effect = Effect(command=_action(first)[0], device=first.device, params=first.params)
    say = phraser.words.say
    if first.status is ReceiptStatus.CONFIRMED:
        return phraser.phrase("done", effect, devices)
    subject = phraser.subject(devices)
    if first.status is ReceiptStatus.FAILED:
        key = first.reason or "said_no"
        known = key if phraser.words.find("failed", key) is not None else "said_no"
        return say("failed", known, reason=key, **subject)
    if first.reason == "going":
        return phraser.phrase("going", effect, devices)
    key = "blind" if first.reason == "no_state" else "plain" if first.is_open and not is_final else "final"
    return say("sent", key, **subject)
