"""Kind words ("lamp", "空调") and what in a home they may mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.contracts.device import DeviceKind
from hub.understanding.lexicon.tables import rows
from hub.understanding.tokens import key_of

# concept | device kinds, best first | device classes | capabilities of which a device named so may have one
_KINDS = """
light | light
plug | plug switch | outlet
switch | switch wall_switch plug
tv | tv media_player | tv
speaker | speaker media_player voice_satellite | speaker receiver
media | media_player speaker tv voice_satellite display earbuds headphones | | media_player volume
thermostat | thermostat climate
heating | thermostat climate
heater | thermostat climate
ac | climate thermostat
fan | fan
blind | cover | blind shade
curtain | cover | curtain
shade | cover | shade blind
shutter | cover | shutter
awning | cover | awning
cover | cover
window | contact_sensor cover | window
door | lock contact_sensor garage_door | door garage_door opening
lock | lock
garage_door | garage_door cover contact_sensor | garage garage_door
gate | gate cover lock | gate
vacuum | vacuum
lawn_mower | lawn_mower
sensor | sensor contact_sensor motion_sensor smoke_alarm
motion_sensor | motion_sensor sensor | motion occupancy presence
smoke_alarm | smoke_alarm sensor | smoke co gas
humidifier | humidifier | humidifier
dehumidifier | humidifier | dehumidifier
air_purifier | air_purifier
valve | valve
sprinkler | valve | water sprinkler
camera | camera
doorbell | doorbell
siren | siren
alarm | alarm_panel
scene | scene script
washing_machine | washing_machine
dishwasher | dishwasher
dryer | dryer
oven | oven
coffee_machine | coffee_machine
kettle | kettle
refrigerator | refrigerator
water_heater | water_heater
earbuds | earbuds headphones
headphones | headphones earbuds
watch | watch
phone | phone
display | display
printer | printer
appliance | appliance washing_machine dishwasher dryer oven coffee_machine kettle refrigerator
"""

_WORDS = """
garage_door: garage door, garage doors, garage gate, overhead door, car door, 车库门, 车库的门, 车库卷帘门, 车库大门
motion_sensor: motion sensor, motion detector, presence sensor, occupancy sensor, movement sensor, 人体传感器, 移动传感器, 运动传感器, 人感
smoke_alarm: smoke alarm, smoke detector, fire alarm, smoke sensor, 烟雾报警器, 烟感, 烟雾传感器, 火警
coffee_machine: coffee machine, coffee maker, espresso machine, coffeemaker, coffee pot, coffee, 咖啡机, 咖啡
washing_machine: washing machine, washer, washing, the wash, laundry machine, 洗衣机
dishwasher: dishwasher, dish washer, dishes, 洗碗机
dryer: dryer, tumble dryer, clothes dryer, 烘干机, 干衣机
refrigerator: refrigerator, fridge, freezer, 冰箱, 冰柜
kettle: kettle, electric kettle, 热水壶, 水壶, 烧水壶, 电水壶
oven: oven, 烤箱
water_heater: water heater, boiler, hot water, 热水器
dehumidifier: dehumidifier, 除湿机, 除湿器, 抽湿机
humidifier: humidifier, 加湿器, 加湿机
air_purifier: air purifier, purifier, air cleaner, 空气净化器, 净化器, 空气清新机
vacuum: robot vacuum, robot vacuum cleaner, vacuum cleaner, vacuum, robovac, roomba, hoover, robot cleaner, cleaning robot, 扫地机器人, 扫地机, 吸尘器, 扫拖机器人, 扫地的机器人
lawn_mower: lawn mower, lawnmower, mower, robot mower, 割草机, 割草机器人
thermostat: thermostat, 温控器, 恒温器, 温控
ac: air conditioner, air conditioning, air con, aircon, ac, a c, a/c, aircondition, cooling, climate, 空调, 冷气, 空调机, 冷气机
heating: heating, central heating, 暖气, 地暖, 供暖
heater: heater, heat lamp, radiator, space heater, 取暖器, 暖气片, 电暖器, 电暖气, 暖风机
fan: fan, ventilator, 风扇, 电扇, 电风扇, 风机, 吊扇
tv: tv, television, telly, tele, the box, tv set, smart tv, 电视, 电视机
speaker: speaker, loudspeaker, sound bar, soundbar, stereo, hi fi, hifi, boombox, radio, receiver, 音箱, 音响, 喇叭, 扬声器, 小音箱, 收音机
media: music, song, track, playback, player, media player, media, movie, film, video, sound, audio, playlist, podcast, tune, 音乐, 歌, 歌曲, 播放器, 视频, 电影, 声音, 曲子
blind: blind, venetian blind, roller blind, roman blind, 百叶窗, 百叶帘, 百叶, 罗马帘
curtain: curtain, drape, drapery, sheer curtain, sheer, 窗帘, 帘子, 纱帘
shade: shade, window shade, roller shade, 卷帘, 遮光帘
shutter: shutter, roller shutter, 卷闸, 卷闸门
awning: awning, sunshade, 遮阳篷, 遮阳棚, 雨棚, 雨篷
cover: cover, window covering, window cover, 遮阳
window: window, skylight, 窗户, 窗, 窗子, 天窗
lock: lock, door lock, deadbolt, smart lock, latch, 锁, 门锁, 智能锁
gate: gate, driveway gate, 大门, 院门, 闸门
door: door, doors, entrance door, 门, 房门
sensor: sensor, detector, 传感器, 感应器
light: light, lamp, bulb, light bulb, lighting, lights, illumination, led, chandelier, sconce, spotlight, downlight, lantern, nightlight, 灯, 灯光, 电灯, 照明, 灯泡, 灯具, 灯带, 灯条
plug: plug, outlet, socket, smart plug, power outlet, smart socket, power strip, power point, 插座, 插头, 智能插座, 排插, 插排
switch: switch, wall switch, 开关
valve: valve, water valve, tap, faucet, 阀门, 水阀, 阀, 水龙头
sprinkler: sprinkler, irrigation, 洒水器, 喷淋, 喷灌, 浇水器
camera: camera, cam, webcam, 摄像头, 摄像机, 监控
doorbell: doorbell, door bell, 门铃
siren: siren, 警报器, 警笛
alarm: alarm system, alarm panel, security system, burglar alarm, house alarm, 安防系统, 安防, 防盗系统
scene: scene, 场景
earbuds: earbud, earphone, airpod, ear bud, 耳机, 耳塞
headphones: headphone, headset, 头戴耳机, 头戴式耳机
watch: watch, smartwatch, smart watch, 手表
phone: phone, mobile, cell phone, smartphone, 手机, 电话
display: display, screen, smart display, 屏幕, 显示屏
printer: printer, 打印机
appliance: appliance, 电器, 家电
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWord:
    """What a kind word may mean: device kinds (best first) and the classes that are meant first among them."""

    concept: str
    kinds: tuple[DeviceKind, ...]
    device_classes: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()


def _parse() -> dict[str, KindWord]:
    found = {}
    for line in _KINDS.strip().splitlines():
        concept, kinds, classes, capabilities = (part.strip() for part in (line + " | | |").split("|")[:4])
        found[concept] = KindWord(
            concept=concept,
            kinds=tuple(DeviceKind(kind) for kind in kinds.split()),
            device_classes=frozenset(classes.split()),
            capabilities=frozenset(capabilities.split()),
        )
    return found


KIND_WORDS: Mapping[str, KindWord] = _parse()
"""Kind concept to what it may mean."""

KIND_PHRASES: tuple[tuple[str, str], ...] = tuple(
    (key_of(phrase), concept) for concept, phrases in rows(_WORDS) for phrase in phrases
)
"""(match form, kind concept) of every kind word, in the order of precedence."""

FAMILY: Mapping[str, tuple[str, ...]] = {
    "blind": ("shade", "shutter", "curtain", "cover"),
    "curtain": ("blind", "shade", "shutter", "cover"),
    "shade": ("blind", "curtain", "shutter", "cover"),
    "shutter": ("blind", "shade", "curtain", "cover"),
    "awning": ("cover",),
    "heating": ("thermostat", "ac", "heater"),
    "heater": ("thermostat",),
    "thermostat": ("ac", "heating", "heater"),
    "ac": ("thermostat",),
    "earbuds": ("headphones",),
    "headphones": ("earbuds",),
    "plug": ("switch",),
    "speaker": ("media",),
    "gate": ("garage_door",),
    "sprinkler": ("valve",),
}
"""Kinds that people also mean by a word when the place that they name has none of the first kind."""

BROAD: frozenset[str] = frozenset({"sensor", "appliance", "switch", "plug", "media", "cover"})
"""Words so general that a device named so in particular is preferred to all that are of the kind."""
