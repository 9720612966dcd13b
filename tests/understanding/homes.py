"""A home of the tests' own, with names inside names, two scripts, two floors, and intents to ground in."""

from hub.contracts.capability import Risk
from hub.contracts.device import Area, DeviceKind, Floor
from hub.contracts.skill import IntentSpec
from hub.understanding.index import HomeIndex, IndexedDevice

_LIGHT = "on_off brightness color color_temp"
_DEVICES = """
den_main    | Den Ceiling Light      |            | den       | light        |           | light
den_lamp    | Reading Lamp           | 阅读灯     | den       | light        |           | light
cook_light  | Cookhouse Light        |            | cookhouse | light        |           | light
cook_strip  | Worktop Strip          |            | cookhouse | light        |           | light
tower_light | Tower Room Light       |            | tower     | light        |           | light
tower_fairy | Fairy Lights           | 彩灯       | tower     | light        |           | light
loft_light  | Loft Light             |            | loft      | light        |           | light
path_light  | Path Light             |            |           | light        |           | light
den_blind   | Den Blind              |            | den       | cover        | blind     | cover cover_position
tower_curt  | Tower Curtains         |            | tower     | cover        | curtain   | cover cover_position
barn_door   | Barn Door              | 谷仓门     | barn      | garage_door  | garage    | cover
front       | Front Door             | 前门       | hall      | lock         |           | lock
cellar_lock | Cellar Door            |            | cellar    | lock         |           | lock
den_heat    | Den Thermostat         |            | den       | thermostat   |           | thermostat
tower_ac    | Tower AC               | 塔楼空调   | tower     | climate      |           | thermostat on_off
tower_fan   | Tower Fan              |            | tower     | fan          |           | on_off fan_speed
loft_fan    | Loft Fan               |            | loft      | fan          |           | on_off fan_speed
telly       | Telly                  | 电视       | den       | tv           | tv        | on_off media_player volume
cook_radio  | Cookhouse Speaker      |            | cookhouse | speaker      | speaker   | media_player volume
kettle      | Kettle                 | 水壶       | cookhouse | plug         | outlet    | on_off
dusty       | Dusty                  | 扫地机     | hall      | vacuum       |           | vacuum
film        | Film Evening           | 电影之夜   |           | scene        |           | scene
cook_temp   | Cookhouse Sensor       |            | cookhouse | sensor       |           | measure.temperature
den_window  | Den Window             |            | den       | contact_sensor | window  | binary.contact_open
mia_phone   | Mia's Phone            |            |           | phone        |           | battery
"""
_AREAS = (
    Area(id="den", name="Den", floor="low", aliases=("客厅",)),
    Area(id="cookhouse", name="Cookhouse", floor="low", aliases=("厨房",)),
    Area(id="hall", name="Hall", floor="low"),
    Area(id="barn", name="Barn"),
    Area(id="tower", name="Tower Room", floor="high", aliases=("塔楼",)),
    Area(id="loft", name="Loft", floor="high"),
    Area(id="cellar", name="Cellar", floor="low"),
)
_FLOORS = (Floor(id="low", name="Ground Floor"), Floor(id="high", name="Upper Floor", aliases=("Upstairs",)))
_ON_OFF = f"{_LIGHT} cover lock thermostat media_player fan_speed vacuum scene"
_MEDIA = "speaker tv media_player"
_INTENTS = f"""
turn_on | {_ON_OFF} | light | everyday
turn_off | {_ON_OFF} | light | everyday
toggle | {_ON_OFF} | light | everyday
open | cover lock | cover | comfort
close | cover lock | cover | comfort
stop | cover vacuum media_player on_off | cover | comfort
lock | lock | lock | security
unlock | lock | lock | security
set_position | cover cover_position | cover | comfort
change_position.up | cover_position | cover | comfort
change_position.down | cover_position | cover | comfort
set_brightness | brightness | light | everyday
change_brightness.up | brightness | light | everyday
change_brightness.down | brightness | light | everyday
set_color | color | light | everyday
set_color_temp | color_temp | light | everyday
change_color_temp.warmer | color_temp | light | everyday
change_color_temp.cooler | color_temp | light | everyday
set_temperature | thermostat | thermostat climate | comfort
change_temperature.up | thermostat | thermostat climate | comfort
change_temperature.down | thermostat | thermostat climate | comfort
set_mode | thermostat | thermostat climate | comfort
set_speed | fan_speed | fan | comfort
change_speed.up | fan_speed | fan | comfort
change_speed.down | fan_speed | fan | comfort
start | vacuum media_player on_off | vacuum | comfort
pause | media_player vacuum | {_MEDIA} | everyday
play | media_player | {_MEDIA} | everyday
next | media_player | {_MEDIA} | everyday
previous | media_player | {_MEDIA} | everyday
play_media | media_player | {_MEDIA} | everyday
set_volume | volume | {_MEDIA} | everyday
change_volume.up | volume | {_MEDIA} | everyday
change_volume.down | volume | {_MEDIA} | everyday
mute | volume | {_MEDIA} | everyday
unmute | volume | {_MEDIA} | everyday
return_to_base | vacuum | vacuum | comfort
clean_area | vacuum | vacuum | comfort
activate | scene | scene | everyday
query_state | * | | none
query_value | * | | none
query_list | * | | none
query_count | * | | none
query_brightness | brightness | light | none
query_volume | volume | {_MEDIA} | none
query_media | media_player | {_MEDIA} | none
"""
_WITHOUT_TARGET = ("clean_area", "query_value", "query_list", "query_count")


def home(*, is_playing: str = "telly") -> HomeIndex:
    """Return the index of the home; one player is on."""
    devices = []
    for line in _DEVICES.strip().splitlines():
        id_, name, alias, area, kind, device_class, capabilities = (part.strip() for part in line.split("|"))
        devices.append(
            IndexedDevice(
                id=id_,
                names=(name, alias) if alias else (name,),
                area=area or None,
                kind=DeviceKind(kind),
                device_class=device_class,
                capabilities=frozenset((_LIGHT if capabilities == "light" else capabilities).split()),
                is_on=id_ == is_playing,
            )
        )
    return HomeIndex.build(devices, _AREAS, _FLOORS)


def intents() -> dict[str, IntentSpec]:
    """Return intents of a home skill as far as grounding reads them."""
    made = {}
    for line in _INTENTS.strip().splitlines():
        name, capabilities, kinds, risk = (part.strip() for part in line.split("|"))
        made[f"home.{name}"] = IntentSpec(
            name=f"home.{name}",
            capabilities=frozenset(capabilities.split()),
            kinds=tuple(kinds.split()),
            needs_target=name not in _WITHOUT_TARGET,
            is_question=name.startswith("query"),
            risk=Risk(risk),
        )
    return made
