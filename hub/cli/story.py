"""What became of one request, told in the order in which it happened: the page of `aios explain`."""

from collections.abc import Iterator, Mapping, Sequence

from hub.cli.client import Json

GUARD = {"allow": "allowed", "confirm": "asks first", "deny": "refused"}
SHOWN_INTENTS = 3


def story(record: Json) -> Sequence[str]:
    """Return the page, line by line; a section with nothing in it is left out."""
    sections: tuple[tuple[str, Iterator[str]], ...] = (
        ("Heard", _heard(record)),
        ("Understood", _understood(record)),
        ("Meant", _meant(record)),
        ("Guard", _guard(record)),
        ("Done", _done(record)),
        ("Said", _said(record)),
    )
    page: list[str] = []
    for title, lines in sections:
        found = [f"  {line}" for line in lines]
        page += [title, *found] if found else []
    return page


def _heard(record: Json) -> Iterator[str]:
    asker = _map(record.get("asker"))
    yield f"“{record.get('text', '')}”"
    through = f" through {asker['device']}" if asker.get("device") else ""
    proved = "" if asker.get("is_verified", True) else ", who could not prove it"
    yield f"from {asker.get('id', '?')}{through} over {asker.get('channel', '?')}{proved}, {record.get('received', '')}"
    evidence = _map(record.get("evidence"))
    if evidence.get("normalised") and evidence["normalised"] != evidence.get("heard"):
        yield f"read as “{evidence['normalised']}”"
    yield f"language {record.get('language', '?')}, id {record.get('id', '?')}"


def _understood(record: Json) -> Iterator[str]:
    evidence = _map(record.get("evidence"))
    for segment in evidence.get("segments") or ():
        yield f"“{segment.get('text', '')}”"
        ranked = sorted(_map(segment.get("intents")).items(), key=lambda one: -one[1])
        if ranked:
            shown = ", ".join(f"{name} {score:.3f}" for name, score in ranked[:SHOWN_INTENTS])
            yield f"  intents: {shown}"
        tags = [f"{tag[0]} “{tag[1]}” {tag[2]:.2f}" for tag in segment.get("tags") or () if len(tag) == 3]
        if tags:
            yield f"  tags: {', '.join(tags)}"
        for candidate in segment.get("candidates") or ():
            yield f"  candidate: {_words(candidate)}"
        if segment.get("spelling"):
            yield f"  spelling: {_words(segment['spelling'])}"
    yield from (f"note: {_words(note)}" for note in evidence.get("notes") or ())
    if record.get("rejected"):
        yield f"not taken: {record['rejected']}"
    if record.get("gate"):
        yield f"sure enough to: {record['gate']}"


def _meant(record: Json) -> Iterator[str]:
    for frame in record.get("frames") or ():
        target = _map(frame.get("target"))
        where = f" in {', '.join(target['areas'])}" if target.get("areas") else ""
        devices = ", ".join(target.get("devices") or ()) or "no device"
        yield f"{frame.get('intent', '?')} ({frame.get('confidence', 0):.3f}): {devices}{where}"
        for slot in frame.get("slots") or ():
            number = "" if slot.get("number") is None else f" = {slot['number']:g} {slot.get('unit', '')}".rstrip()
            yield f"  {slot.get('name', '?')} “{slot.get('text', '')}”{number or _canonical(slot)}"
        if target.get("excluded"):
            yield f"  left out: {', '.join(target['excluded'])}"
        if target.get("problem"):
            yield f"  problem: {_words(target['problem'])}"
        if frame.get("when"):
            yield f"  when: {_words(frame['when'])}"


def _canonical(slot: Json) -> str:
    return f" = {slot['canonical']}" if slot.get("canonical") else ""


def _guard(record: Json) -> Iterator[str]:
    for verdict in record.get("verdicts") or ():
        kind = GUARD.get(str(verdict.get("kind")), str(verdict.get("kind")))
        detail = f": {verdict['detail']}" if verdict.get("detail") else ""
        yield f"{_effect(_map(verdict.get('effect')))} -> {kind} ({verdict.get('reason', '')}{detail})"


def _done(record: Json) -> Iterator[str]:
    for row in record.get("scheduled") or ():
        yield f"due {row.get('due', '?')}: {', '.join(_effect(effect) for effect in row.get('effects') or ())}"
    for receipt in record.get("receipts") or ():
        latency = receipt.get("latency_ms")
        took = f" after {latency:.0f} ms" if isinstance(latency, int | float) else ""
        reason = f" ({receipt['reason']})" if receipt.get("reason") else ""
        state = f"; its state: {_words(receipt['state'])}" if receipt.get("state") else ""
        status = "still moving" if receipt.get("is_open") else str(receipt.get("status", "?"))
        yield f"{_effect(receipt)} -> {status}{took}{reason}{state}"
    for effect in record.get("reads") or ():
        yield f"read {effect.get('device') or 'the home'}: {_words(effect.get('params') or {}) or 'state'}"


def _said(record: Json) -> Iterator[str]:
    replies = record.get("replies") or ()
    for reply in replies:
        reason = f" ({reply['reason']})" if reply.get("reason") else ""
        yield f"{reply.get('outcome', '?')}{reason}: “{reply.get('text', '')}”"
    if replies and record.get("duration_ms") is not None:
        yield f"after {record['duration_ms']:.0f} ms"


def _effect(effect: Json) -> str:
    component = f".{effect['component']}" if effect.get("component") else ""
    params = _words(effect.get("params") or {})
    return f"{effect.get('device') or 'hub'}{component}: {effect.get('command', '?')} {params}".rstrip()


def _map(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _words(value: Json) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={_words(item)}" for name, item in value.items() if item not in (None, "", [], {}))
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
