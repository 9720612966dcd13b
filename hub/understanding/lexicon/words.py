"""Function words of both languages: quantifiers, pronouns, places like "here" and "upstairs", what a name may leave out."""

ARTICLES = frozenset(
    """the a an my our your his her their that this these those some any of s please all every each both entire whole area
    的 那 个 两 盏 我 我们 你 他 她 它 我的 这 把 将 给 帮 请 里""".split()
)
"""Words around or inside a mention that are no part of a name."""

ALL_WORDS = frozenset(
    """all every each everything both entire whole everywhere any 所有 全部 全 都 每 每个 每一个 所有的 全部的 全都 一切
    两个 两盏 两边 统统 通通""".split()
)
"""Quantifiers that mean more than one."""

EVERYTHING = frozenset(
    """everything all alldevice everydevice thing stuff device anything eachdevice electronic 所有东西 所有设备 全部设备
    一切 所有 全部 设备 东西 所有的东西 所有的设备 全部东西 电器 所有电器 全部电器""".split()
)
"""Match forms of mentions that mean whatever is there."""

PRONOUNS = frozenset(
    """it them they that this those these one ones thatone thisone theone thatthing thing itagain 它 它们 这个 那个 这 那 这些 那些
    那盏 这盏 它的 他 他们 她 那一个 这一个""".split()
)
"""Match forms of mentions that mean what was spoken of before."""

OTHERS = frozenset(
    """other others rest remaining theother theothers therest otherone theotherone otherones theotherones theremaining
    其他 其它 其余 剩下 另一个 另外 其他的 其它的 其余的 剩下的 另外一个 别的 另一盏""".split()
)
"""Match forms of mentions that mean what was left out before."""

HERE = frozenset(
    """here inhere thisroom inthisroom room theroom myroom wherei wherei'm thisplace roomin 这里 这儿 这个房间 这屋 我这 我这儿 我这里
    这间 这边 屋里 房间 房间里 这房间 这个房间里 这间房""".split()
)
"""Match forms of mentions that mean the asker's area."""

WIDE = frozenset(
    """house home wholehouse entirehouse wholehome entirehome apartment flat wholeapartment place wholeplace myplace
    thisflat thishouse thisplace thishome ourhouse ourflat ourhome myflat myhouse everywhere allroom everyroom anywhere throughoutthehouse throughout wholeflat inthehouse aroundthehouse athome allovertheplace
    allthroom eachroom 全屋 全家 家里 整个家 整个屋子 整栋房子 整个房子 家 所有房间 全部房间 每个房间 到处 屋里全部 整个家里 家里所有
    屋子 房子 整间屋子 全屋的 家里的 别的屋 别的房间 其他房间 其它房间 其他屋 其他地方 其它地方 别的地方 别处 otherroom theotherroom""".split()
)
"""Match forms of mentions that mean the whole home."""

FLOOR_CONCEPTS: dict[str, frozenset[str]] = {
    "up": frozenset("upstairs upperfloor topfloor upper top 楼上 上层 顶楼".split()),
    "down": frozenset("downstairs lowerfloor lower 楼下 下层".split()),
    "0": frozenset("groundfloor ground groundlevel 底层 首层".split()),
    "1": frozenset("firstfloor 1stfloor first floor1 level1 一楼 一层 1楼 1层".split()),
    "2": frozenset("secondfloor 2ndfloor second floor2 level2 二楼 二层 2楼 2层".split()),
    "3": frozenset("thirdfloor 3rdfloor third floor3 level3 三楼 三层 3楼 3层".split()),
    "-1": frozenset(
        "basement basementfloor basementlevel cellar lowerlevel 地下 地下室 地下一层 负一楼 负一层".split()
    ),
}
"""What floors are called in either language, by what they are."""

FLOOR_STANDS_FOR: dict[str, tuple[str, ...]] = {
    "up": ("2", "1"),
    "2": ("up",),
    "down": ("0", "1"),
    "1": ("down", "0"),
    "0": ("down", "1"),
}
"""Where the home has no floor of the said name: which other name may mean it, best first."""

PREPOSITIONS = frozenset("in on at of from inside within for throughout around to over by near outside into".split())
CONNECTORS = frozenset("and or & plus also well with as 和 跟 与 以及 还有 及 、 并 同 连同 加上".split())
SET_KINDS = frozenset(
    "light blind curtain shade shutter cover window plug sensor speaker media switch heating camera".split()
)
"""Kinds of which a bare noun without number in Chinese, or a singular with a room, means all that are there."""

FOLLOW_WORDS = frozenset(
    """the a an and or too also as well same for in at of to by from what about how please just only now then one ones
    but so instead rather do it that them this those these i i'm mean meant yes yeah ok okay no not actually thing again
    both all every each my our with is with another other rest by s there here or next time even make
    也 呢 吧 的 了 那 再 还 有 和 跟 把 将 给 我 要 是 就 一 样 同 啊 呀 嘛 吗 说 意 思 都 全 部 所 这 个 它 只 才 对 又 个 台
    请 帮 到 为 成 里 边 以 外 除 改 换""".split()
)
"""Words that may stand in an utterance which only completes an earlier one ("and the bedroom too", "卧室的也一样")."""

COMPLETING_VERBS = frozenset("make do change 换 改 成".split())
"""Verbs that may stand in an elided command ("make it 30"), and in one that is complete ("make the lamp red")."""

NOW_WORDS = frozenset(
    """now rightnow immediately rightaway asap atonce straightaway thisinstant thisminute thismoment already currently
    atthemoment today justnow anymore again still 现在 马上 立刻 立即 赶紧 赶快 快 此刻 目前 当前 这会儿 今天 一下 先 刚才 已经""".split()
)
"""Match forms of times that mean at once."""
