"""Random homes: the rooms, people and device names that a run of samples shares."""

import random
from dataclasses import dataclass, field

from training.corpus.lexicon import Entry, load

PLACES = load("places.toml")
DEVICES = load("devices.toml")

_GROUPS = {
    "onoff": ("light", "light", "light", "light", "plug", "plug", "fan", "media", "climate", "humidifier", "odd"),
    "any": ("light", "plug", "cover", "lock", "climate", "fan", "vacuum", "media", "sensor", "appliance"),
}
_SINGLE = {
    "coffee": Entry(en=("coffee machine", "coffee maker"), zh=("咖啡机",)),
    "oven": Entry(en=("oven",), zh=("烤箱",)),
    "tv": Entry(en=("tv", "television"), zh=("电视", "电视机")),
    "valve": Entry(en=("valve", "water valve", "gas valve"), zh=("阀门", "水阀", "燃气阀")),
    "awning": Entry(en=("awning",), zh=("遮阳篷", "雨棚")),
    "siren": Entry(en=("siren", "alarm siren"), zh=("警报器", "警笛")),
}
_SYLLABLES = "ka lo mi zen tor bel vi ra do nex pli qua sho fen gra ul os ti mar bo".split()
_CHARS = "阿小大云星月雪风雷花豆糖米球石木金宝贝多乐奇圆胖飞龙虎兔鹿鸟鱼"
_PET_CHARS = "黄白黑灰花胖强宝福旺毛牛虎龙乖圆"
_ADJECTIVES = (
    Entry(en=("left",), zh=("左边", "左侧")),
    Entry(en=("right",), zh=("右边", "右侧")),
    Entry(en=("small", "little"), zh=("小",)),
    Entry(en=("big", "large"), zh=("大",)),
    Entry(en=("old",), zh=("旧",)),
    Entry(en=("new",), zh=("新",)),
    Entry(en=("front",), zh=("前面", "前")),
    Entry(en=("back", "rear"), zh=("后面", "后")),
    Entry(en=("second",), zh=("第二个",)),
    Entry(en=("middle", "center"), zh=("中间",)),
)


@dataclass(slots=True)
class Home:
    """One household's words; a held-out home prefers words that no training home has, an open one draws from all."""

    rng: random.Random
    is_held_out: bool = False
    is_open: bool = False
    rooms: list[Entry] = field(default_factory=list)
    people: list[Entry] = field(default_factory=list)
    devices: dict[str, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rooms = self._draw(PLACES["rooms"], self.rng.randint(4, 12))
        self.people = self._draw(PLACES["people"], self.rng.randint(2, 6))
        for kind, entries in DEVICES.items():
            generic = [entry for entry in entries if entry.is_kind_word]
            named = [entry for entry in entries if not entry.is_kind_word]
            chosen = self._draw(named, self.rng.randint(3, 8)) if named else []
            self.devices[kind] = generic[:1] * 3 + generic + chosen
        self.devices["odd"] = [*self._draw(PLACES["odd"], 2), self._invented()]

    def device(self, kinds: str) -> Entry:
        """Return a device of one of the kinds ("cover+lock")."""
        kind = self.rng.choice(kinds.split("+"))
        if kind in _SINGLE:
            return _SINGLE[kind]
        return self.rng.choice(self.devices[self.rng.choice(_GROUPS.get(kind, (kind,)))])

    def adorned(self, entry: Entry) -> Entry:
        """Return the device under a more special name: with a brand, an adjective or a number."""
        style = self.rng.random()
        if style < 0.4:
            brand = self.rng.choice(PLACES["brands"])
            return _joined(brand, entry, self.rng)
        if style < 0.75:
            return _joined(self.rng.choice(_ADJECTIVES), entry, self.rng)
        number = self.rng.randint(1, 9)
        return Entry(en=(f"{entry.en[0]} {number}",), zh=(f"{entry.zh[0]}{number}", f"{number}号{entry.zh[0]}"))

    def odd(self) -> Entry:
        """Return a device with a pet name."""
        return self.rng.choice(self.devices["odd"])

    def _draw(self, entries: list[Entry] | tuple[Entry, ...], count: int) -> list[Entry]:
        seen = [entry for entry in entries if not entry.is_held_out]
        unseen = [entry for entry in entries if entry.is_held_out]
        if self.is_held_out and unseen:
            return self.rng.sample(unseen, min(len(unseen), max(1, count // 2))) + self.rng.sample(
                seen, min(len(seen), (count + 1) // 2)
            )
        pool = list(entries) if self.is_open or not seen else seen
        return self.rng.sample(pool, min(len(pool), count))

    def _invented(self) -> Entry:
        english = "".join(self.rng.choices(_SYLLABLES, k=self.rng.randint(2, 3)))
        chinese = "".join(self.rng.sample(_CHARS, 2))
        if self.rng.random() < 0.4:
            chinese = self.rng.choice("大小阿老") + self.rng.choice(_PET_CHARS)
        return Entry(en=(english,), zh=(chinese,))


def _joined(left: Entry, right: Entry, rng: random.Random) -> Entry:
    linked = "的" if len(left.zh[0]) > 1 and rng.random() < 0.3 else ""
    return Entry(
        en=(f"{rng.choice(left.en)} {rng.choice(right.en)}",),
        zh=(f"{rng.choice(left.zh)}{linked}{rng.choice(right.zh)}",),
    )
