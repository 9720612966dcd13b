"""What sensors sense, in both languages: the words, and the capabilities that a device then offers."""

from collections.abc import Iterable, Mapping

from hub.understanding.tokens import Token, join

_TABLE = """
battery: battery, charge, 电池, 电量 | battery measure.battery binary.battery_low
charging: charging, charger, 充电 | binary.charging
co: carbon monoxide, co, 一氧化碳 | binary.co measure.co measure.co_level
co2: carbon dioxide, co2, 二氧化碳 | measure.co2
gas: gas, 燃气, 煤气, 天然气 | binary.gas
water_leak: water, leak, wet, moisture, flood, 漏水, 水浸, 水 | binary.water_leak
motion: motion, movement, anyone, anybody, someone, somebody, people, 有人, 移动, 动静, 运动 | binary.motion
occupancy: occupancy, occupied, presence, 占用 | binary.occupancy
presence: presence, home, 在家 | binary.presence
smoke: smoke, fire, 烟雾, 烟 | binary.smoke
sound: sound, noise, 声音, 噪音 | binary.sound
vibration: vibration, vibrating, 震动, 振动 | binary.vibration
tamper: tamper, tampered, tampering, 防拆 | binary.tamper
problem: problem, 故障, 问题 | binary.problem
safety: safety, safe, unsafe, 安全 | binary.safety
update: update, 更新 | binary.update
connectivity: connectivity, connection, connected, 连接 | binary.connectivity
plug: plugged, 插 | binary.plug
opening: opening, 开口 | binary.contact_open
power: power, 电源 | binary.power measure.power
cold: cold, 冷 | binary.cold
heat: hot, heat, 热 | binary.heat
running: running, 运行 | binary.running
temperature: temperature, 温度, 气温 | measure.temperature
humidity: humidity, 湿度 | measure.humidity
illuminance: illuminance, lux, 光照, 照度 | measure.illuminance
pm25: pm2.5, pm25 | measure.pm25
pressure: pressure, 气压 | measure.pressure
energy: energy, 用电量 | measure.energy
"""


def _parse() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    words: dict[str, str] = {}
    offered: dict[str, frozenset[str]] = {}
    for line in _TABLE.strip().splitlines():
        sense, _, rest = line.partition(":")
        phrases, _, capabilities = rest.partition("|")
        offered[sense] = frozenset(capabilities.split())
        for phrase in phrases.split(","):
            words.setdefault("".join(phrase.split()).replace(".", ""), sense)
    return words, offered


_WORDS, _OFFERED = _parse()
SENSES: Mapping[str, frozenset[str]] = _OFFERED
"""Sense to the capabilities of devices that have it."""

_LONGEST = 4


def senses_in(tokens: Iterable[Token]) -> frozenset[str]:
    """Return what these words say is sensed."""
    words = tuple(tokens)
    found: set[str] = set()
    for first in range(len(words)):
        for end in range(min(len(words), first + _LONGEST), first, -1):
            key = join(words[first:end])
            plain = "".join(token.text for token in words[first:end])
            sense = _WORDS.get(key) or _WORDS.get(plain)
            if sense is not None:
                found.add(sense)
                break
    return frozenset(found)
