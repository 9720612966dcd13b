"""The page of `aios explain`: every section from a record, nothing invented, nothing lost that a person needs."""

from hub.cli.story import story

RECORD = {
    "id": "r1",
    "text": "unlock the door and dim the lamp",
    "received": "2026-11-24T11:09:09Z",
    "asker": {"id": "device:speaker", "channel": "mqtt", "device": "speaker", "is_verified": False},
    "language": "en",
    "gate": "act",
    "rejected": None,
    "evidence": {
        "heard": "Unlock the door",
        "normalised": "unlock the door",
        "segments": [
            {
                "text": "unlock the door",
                "intents": {"home.open": 0.1, "home.unlock": 0.9, "home.lock": 0.05, "home.press": 0.01},
                "tags": [["device", "door", 0.99]],
                "candidates": [{"id": "front-door", "score": 0.98765}],
            }
        ],
        "notes": ["two segments"],
    },
    "frames": [
        {
            "intent": "home.set_brightness",
            "confidence": 0.995,
            "slots": [{"name": "value", "text": "thirty", "number": 30, "unit": "%"}],
            "target": {"devices": ["lamp"], "areas": ["kitchen"], "excluded": ["other"], "problem": None},
        },
        {"intent": "home.unlock", "confidence": 0.9, "target": {"problem": {"reason": "no_such_name", "said": "dor"}}},
    ],
    "verdicts": [
        {
            "effect": {"command": "unlock", "device": "front-door", "params": {}},
            "kind": "confirm",
            "reason": "unlock",
            "detail": "",
        }
    ],
    "receipts": [
        {"device": "lamp", "command": "set_brightness", "params": {"brightness_pct": 30}, "status": "confirmed",
         "state": {"on": True}, "latency_ms": 4.8, "is_open": False},
        {"device": "blind", "command": "close", "params": {}, "status": "sent", "is_open": True, "reason": "going"},
    ],
    "replies": [{"outcome": "ask", "text": "Shall I?", "reason": None}],
    "duration_ms": 25.4,
}  # fmt: skip


def test_a_request_is_told_in_the_order_in_which_it_happened() -> None:
    assert story(RECORD) == [
        "Heard",
        "  “unlock the door and dim the lamp”",
        "  from device:speaker through speaker over mqtt, who could not prove it, 2026-11-24T11:09:09Z",
        "  read as “unlock the door”",
        "  language en, id r1",
        "Understood",
        "  “unlock the door”",
        "    intents: home.unlock 0.900, home.open 0.100, home.lock 0.050",
        "    tags: device “door” 0.99",
        "    candidate: id=front-door score=0.9877",
        "  note: two segments",
        "  sure enough to: act",
        "Meant",
        "  home.set_brightness (0.995): lamp in kitchen",
        "    value “thirty” = 30 %",
        "    left out: other",
        "  home.unlock (0.900): no device",
        "    problem: reason=no_such_name said=dor",
        "Guard",
        "  front-door: unlock -> asks first (unlock)",
        "Done",
        "  lamp: set_brightness brightness_pct=30 -> confirmed after 5 ms; its state: on=True",
        "  blind: close -> still moving (going)",
        "Said",
        "  ask: “Shall I?”",
        "  after 25 ms",
    ]


def test_a_record_of_another_version_is_told_as_far_as_it_goes() -> None:
    assert story({"text": "hi"})[:2] == ["Heard", "  “hi”"]
    assert "  not taken: out_of_scope" in story({"text": "hi", "rejected": "out_of_scope", "evidence": None})
