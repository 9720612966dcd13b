"""What stands in the virtual home: five rooms on two floors, and who lives there."""

from dataclasses import dataclass

from devices.virtual import behaviour as b
from hub.sdk import StateScalar

ROOMS = {
    "living_room": ("Living room", "Ground floor"),
    "kitchen": ("Kitchen", "Ground floor"),
    "hallway": ("Hallway", "Ground floor"),
    "bedroom": ("Bedroom", "Upstairs"),
    "bathroom": ("Bathroom", "Upstairs"),
}

Capabilities = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One device: how it announces itself, how it starts, and how it behaves.

    Attributes:
        speaks_for: ids of devices without an address of their own (earbuds) that this one bridges.
    """

    id: str
    name: str
    kind: str
    room: str | None
    capabilities: Capabilities
    state: dict[str, StateScalar]
    behaviour: type[b.Behaviour]
    aliases: tuple[str, ...] = ()
    owner: str | None = None
    via: str | None = None
    model: str = "Virtual 1"
    speaks_for: tuple[str, ...] = ()


_DIM: Capabilities = {"on_off": {}, "brightness": {"range": [1, 100], "unit": "%"}}
_WHITE: Capabilities = {**_DIM, "color_temp": {"range": [2200, 6500], "unit": "K"}}
_COLOR: Capabilities = {**_WHITE, "color": {}}
_COVER: Capabilities = {"cover": {}, "cover_position": {"range": [0, 100], "unit": "%"}}
_SPEAKER: Capabilities = {"media_player": {}, "volume": {"range": [0, 100], "unit": "%"}, "announce": {}}
_METERED: Capabilities = {"on_off": {}, "measure.power": {"unit": "W"}}
_OFF: dict[str, StateScalar] = {"on": False, "brightness": 60}


def _light(device_id: str, name: str, room: str, caps: Capabilities, *aliases: str, **state: StateScalar) -> Model:
    return Model(
        id=device_id,
        name=name,
        kind="light",
        room=room,
        capabilities=caps,
        state={key: value for key, value in {**_OFF, **state}.items() if key != "brightness" or "brightness" in caps},
        behaviour=b.Light,
        aliases=aliases,
    )


def _sensor(
    device_id: str, name: str, room: str, kind: str, caps: Capabilities, *aliases: str, **state: StateScalar
) -> Model:
    return Model(
        id=device_id, name=name, kind=kind, room=room, capabilities=caps, state=dict(state), behaviour=b.Sensor,
        aliases=aliases,
    )  # fmt: skip


HOME: tuple[Model, ...] = (
    _light("living-room-ceiling", "Living room ceiling light", "living_room", _WHITE, "客厅吸顶灯", on=True,
           color_temp=3000),
    _light("floor-lamp", "Floor lamp", "living_room", _COLOR, "落地灯", color_temp=2700, color_mode="color_temp"),
    _light("kitchen-ceiling", "Kitchen ceiling light", "kitchen", _DIM, "厨房吸顶灯", on=True, brightness=80),
    _light("kitchen-counter", "Counter light", "kitchen", _WHITE, "操作台灯", on=True, color_temp=4000),
    _light("hallway-light", "Hallway light", "hallway", {"on_off": {}}, "走廊灯"),
    _light("bedroom-ceiling", "Bedroom ceiling light", "bedroom", _DIM, "卧室吸顶灯", on=True, brightness=50),
    _light("bedside-lamp", "Bedside lamp", "bedroom", _COLOR, "床头灯", color_temp=2700, color_mode="color_temp"),
    _light("bathroom-light", "Bathroom light", "bathroom", {"on_off": {}}, "浴室灯"),
    Model(id="speaker-living-room", name="Living room speaker", kind="speaker", room="living_room",
          capabilities=_SPEAKER, behaviour=b.Media, aliases=("客厅音箱",),
          state={"playback": "playing", "volume": 30, "muted": False, "title": "Clair de lune", "source": "radio"}),
    Model(id="speaker-kitchen", name="Kitchen speaker", kind="speaker", room="kitchen", capabilities=_SPEAKER,
          behaviour=b.Media, aliases=("厨房音箱",),
          state={"playback": "idle", "volume": 20, "muted": False, "title": None, "source": "radio"}),
    Model(id="tv", name="TV", kind="tv", room="living_room", behaviour=b.Media, aliases=("电视",),
          capabilities={"on_off": {}, "media_player": {"options": ["HDMI 1", "HDMI 2", "Netflix"]}, "volume": {}},
          state={"on": True, "playback": "playing", "volume": 25, "muted": False, "title": "News", "source": "HDMI 1"}),
    Model(id="phone-ana", name="Ana's phone", kind="phone", room=None, owner="Ana", behaviour=b.Phone,
          capabilities={"battery": {}, "announce": {}, "identify": {}}, state={"battery": 76}, aliases=("安娜的手机",),
          speaks_for=("earbuds-ana",)),
    Model(id="earbuds-ana", name="Ana's earbuds", kind="earbuds", room=None, owner="Ana", via="phone-ana",
          behaviour=b.Earbuds, aliases=("安娜的耳机",),
          capabilities={"volume": {}, "battery": {}, "announce": {}, "wear_detection": {},
                        "noise_control": {"options": ["off", "noise_cancelling", "transparency"]}},
          state={"volume": 40, "muted": False, "battery.left": 80, "battery.right": 78, "in_ear.left": True,
                 "in_ear.right": True, "mode": "transparency"}),
    Model(id="desk-plug", name="Desk plug", kind="plug", room="bedroom", capabilities=_METERED,
          behaviour=b.Plug, state={"on": False, "power": 0}, aliases=("书桌插座",)),
    Model(id="fairy-lights-plug", name="Fairy lights plug", kind="plug", room="living_room",
          capabilities=_METERED, behaviour=b.Plug, state={"on": True, "power": 12},
          aliases=("彩灯插座",)),
    Model(id="bedroom-thermostat", name="Bedroom thermostat", kind="thermostat", room="bedroom", behaviour=b.Thermostat,
          capabilities={"thermostat": {"range": [5, 30], "unit": "°C", "options": ["off", "heat", "auto"]}},
          state={"target_temperature": 19.0, "current_temperature": 18.6, "hvac_mode": "heat",
                 "hvac_action": "heating"},
          aliases=("卧室温控器", "卧室暖气")),
    Model(id="bedroom-fan", name="Bedroom fan", kind="fan", room="bedroom", behaviour=b.Fan, aliases=("卧室风扇",),
          capabilities={"on_off": {}, "fan_speed": {"range": [0, 100], "unit": "%"}, "fan_oscillation": {}},
          state={"on": False, "fan_speed": 40, "oscillating": False}),
    Model(id="living-room-blind", name="Living room blind", kind="cover", room="living_room", capabilities=_COVER,
          behaviour=b.Cover, state={"cover_state": "open", "position": 100}, aliases=("客厅窗帘",)),
    Model(id="bedroom-blind", name="Bedroom blind", kind="cover", room="bedroom", capabilities=_COVER,
          behaviour=b.Cover, state={"cover_state": "closed", "position": 0}, aliases=("卧室窗帘",)),
    Model(id="front-door-lock", name="Front door", kind="lock", room="hallway", behaviour=b.Lock,
          capabilities={"lock": {}, "battery": {}}, state={"lock": "locked", "battery": 64},
          aliases=("前门", "大门", "前门门锁")),
    Model(id="garage-door", name="Garage door", kind="garage_door", room=None, capabilities=_COVER, behaviour=b.Cover,
          state={"cover_state": "closed", "position": 0}, aliases=("车库门",)),
    Model(id="robot-vacuum", name="Robot vacuum", kind="vacuum", room="hallway", behaviour=b.Vacuum,
          capabilities={"vacuum": {}, "battery": {}}, state={"vacuum_state": "docked", "battery": 100},
          aliases=("扫地机器人", "扫地机")),
    Model(id="washing-machine", name="Washing machine", kind="washing_machine", room="bathroom", behaviour=b.Appliance,
          capabilities={"on_off": {}, "appliance": {}}, state={"on": True, "action": "idle", "remaining_min": 0},
          aliases=("洗衣机",)),
    Model(id="coffee-machine", name="Coffee machine", kind="coffee_machine", room="kitchen", behaviour=b.Appliance,
          capabilities={"on_off": {}, "appliance": {}}, state={"on": False, "action": "idle", "remaining_min": 0},
          aliases=("咖啡机",)),
    _sensor("living-room-temperature", "Living room temperature", "living_room", "sensor",
            {"measure.temperature": {"unit": "°C"}}, "客厅温度计", temperature=21.4),
    _sensor("bathroom-humidity", "Bathroom humidity", "bathroom", "sensor",
            {"measure.humidity": {"unit": "%"}}, "浴室湿度计", humidity=58),
    _sensor("hallway-motion", "Hallway motion sensor", "hallway", "motion_sensor",
            {"binary.motion": {}, "battery": {}}, "走廊人体传感器", motion=False, battery=91),
    _sensor("back-door-sensor", "Back door sensor", "kitchen", "contact_sensor",
            {"binary.contact_open": {}, "battery": {}}, "后门传感器", "后门", contact_open=False, battery=88),
    _sensor("kitchen-smoke", "Kitchen smoke alarm", "kitchen", "smoke_alarm",
            {"binary.smoke": {}, "battery": {}}, "厨房烟雾报警器", smoke=False, battery=95),
)  # fmt: skip
