"""Rooms and parts of a home in both languages, and the words that qualify a thing's name."""

from collections.abc import Mapping

from hub.understanding.lexicon.tables import by_key

_ROOMS = """
master_bedroom: master bedroom, main bedroom, primary bedroom, 主卧, 主卧室, 主人房, 大卧室
guest_room: guest room, guest bedroom, spare room, spare bedroom, 客房, 客卧, 次卧, 次卧室
kids_room: kids room, kid bedroom, children room, child room, child bedroom, 儿童房, 小孩房, 孩子房间, 孩子的房间, 小孩房间, 儿童卧室
living_room: living room, lounge, sitting room, family room, front room, parlor, parlour, 客厅, 起居室, 大厅
kitchen: kitchen, 厨房
bedroom: bedroom, bed room, 卧室, 睡房, 卧房
bathroom: bathroom, bath, 浴室, 卫生间, 洗手间, 盥洗室
toilet: toilet, restroom, washroom, powder room, wc, loo, half bath, 厕所, 客卫
ensuite: ensuite, en suite, master bathroom, 主卫
office: office, home office, workroom, 办公室, 工作间
study: study, study room, library, 书房, 图书室
dining_room: dining room, 餐厅, 饭厅
hallway: hallway, hall, corridor, 走廊, 过道
entrance: entrance, entryway, foyer, vestibule, front hall, entry, 玄关, 门厅, 入口
garage: garage, 车库
carport: carport, 车棚
basement: basement, 地下室
cellar: cellar, 地窖
attic: attic, 阁楼
loft: loft
laundry_room: laundry room, laundry, utility room, 洗衣房, 洗衣间
pantry: pantry, larder, 食品间
storage_room: storage room, storeroom, store room, box room, 储物间, 储藏室, 杂物间
balcony: balcony, 阳台
terrace: terrace, 露台
patio: patio, 天井
deck: deck, 平台
garden: garden, 花园
backyard: backyard, back yard, back garden, 后院, 后花园
yard: yard, courtyard, 院子, 庭院
front_yard: front yard, front garden, 前院, 前花园
driveway: driveway, drive way, 车道
porch: porch, front porch, 门廊
nursery: nursery, baby room, 婴儿房, 宝宝房, 育婴室
playroom: playroom, play room, 游戏室, 玩具房
game_room: game room, games room, 游戏房, 娱乐室
gym: gym, workout room, fitness room, 健身房
workshop: workshop, 工坊, 工作室
shed: shed, tool shed, 工具房, 棚子
closet: closet, walk in closet, wardrobe, dressing room, 衣帽间, 更衣室, 衣橱
stairs: stair, staircase, stairway, stairwell, landing, 楼梯, 楼梯间
media_room: media room, home theater, home theatre, home cinema, cinema room, den, 影音室, 家庭影院, 影音房
sunroom: sunroom, sun room, conservatory, winter garden, 阳光房
music_room: music room, 琴房, 音乐室
greenhouse: greenhouse, 温室
sauna: sauna, 桑拿房, 桑拿
pool: pool, swimming pool, 泳池, 游泳池
roof: roof, rooftop, 屋顶, 天台
elder_room: grandma room, grandparent room, elder room, 老人房
outdoors: outdoor, outside, 室外, 户外, 外面
"""

_SOFT = (
    ("bathroom", "toilet", "ensuite"),
    ("office", "study"),
    ("hallway", "entrance"),
    ("garden", "yard", "backyard"),
    ("terrace", "patio", "deck"),
    ("basement", "cellar"),
    ("attic", "loft"),
    ("nursery", "kids_room"),
    ("game_room", "playroom"),
    ("pantry", "storage_room"),
    ("laundry_room", "utility_room"),
)

_QUALIFIERS = """
ceiling: ceiling, overhead, 吸顶, 顶, 天花板, 天花
floor: floor, standing, 落地
desk: desk, table, 台, 书桌, 桌, 桌面
bedside: bedside, nightstand, night stand, 床头
reading: reading, 阅读
night: night, 小夜, 夜
wall: wall, 壁
counter: counter, countertop, worktop, 操作台, 台面
mirror: mirror, vanity, 镜前, 镜子
front: front, 前, 入户
back: back, rear, 后
side: side, 侧
left: left, 左, 左边, 左侧
right: right, 右, 右边, 右侧
main: main, big, 主, 大
small: small, little, 小
north: north, 北
south: south, 南
east: east, 东
west: west, 西
tree: tree, 树
stair: stair, 楼梯
island: island, 岛台, 中岛
corner: corner, 角落, 墙角
outdoor_: outdoor, exterior, 室外, 户外
indoor: indoor, interior, 室内
robot: robot, 机器人
strip: strip, 带, 条
"""

_PAIRS = {
    "nightlight": ("night", "light"),
    "台灯": ("desk", "light"),
    "落地灯": ("floor", "light"),
    "床头灯": ("bedside", "light"),
    "吸顶灯": ("ceiling", "light"),
    "顶灯": ("ceiling", "light"),
    "小夜灯": ("night", "light"),
    "夜灯": ("night", "light"),
    "灯带": ("strip", "light"),
    "灯条": ("strip", "light"),
    "吊扇": ("ceiling", "fan"),
    "前门": ("front", "door"),
    "后门": ("back", "door"),
    "大门": ("front", "door"),
    "robotvacuum": ("robot", "vacuum"),
}

ROOM_KEYS: Mapping[str, str] = {key: f"room:{room}" for key, room in by_key(_ROOMS).items()}
"""Match form of a room word to its concept ("room:kitchen")."""

QUALIFIER_KEYS: Mapping[str, str] = by_key(_QUALIFIERS)
"""Match form of a qualifier ("bedside", "床头") to its concept."""

COMPOUND_KEYS: Mapping[str, tuple[str, ...]] = _PAIRS
"""Match form of words that hold several concepts to these."""

PARENT_ROOMS: Mapping[str, str] = {
    "room:master_bedroom": "room:bedroom",
    "room:guest_room": "room:bedroom",
    "room:kids_room": "room:bedroom",
    "room:ensuite": "room:bathroom",
    "room:front_yard": "room:yard",
    "room:backyard": "room:yard",
}
"""Rooms that may be meant by a plainer word in a home without a plainer room."""

SOFT_ROOMS: Mapping[str, tuple[str, ...]] = {
    f"room:{room}": tuple(f"room:{other}" for other in group if other != room) for group in _SOFT for room in group
}
"""Other words for a room, used only where the home has no room of the said name."""

OUTDOORS: frozenset[str] = frozenset(
    f"room:{room}"
    for room in "outdoors garden yard backyard front_yard porch patio terrace deck balcony driveway pool roof".split()
)
"""Rooms that "outside" means in a home without an area of that name."""
