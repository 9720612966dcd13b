"""Chinese words that speech recognition spelled with other characters of the same sound ("窗连" for "窗帘")."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from hub.understanding.forms import CONCEPTS

_SYLLABLES = """
deng灯等登瞪邓凳蹬|dian电店点典殿垫淀颠|shi视室是事市式试时十石食世湿失师诗释适士使始|kong空孔控恐|tiao调条跳挑|chuang窗床创闯疮
lian帘连联脸练恋莲链廉|bai百白摆败柏拜|ye页叶夜业也爷野|men门们闷扪|suo锁所索缩嗦|sao扫嫂骚|di地低弟第底帝滴迪敌的|ji机鸡基记季级集急几寄技积极及吉激挤继
qi器气起七期奇齐其旗骑企汽|ren人认仁任忍|yin音因阴引印银饮隐|xiang箱响想向象像相香乡项巷|feng风封丰疯峰锋蜂缝|shan扇山善闪删衫|jia加家佳假价架驾夹甲
shi湿|jing净静经精井景镜警京晶竞敬|hua化花话画华划滑|ka咖卡喀|fei啡非飞费肥废肺|xi洗吸西习喜戏细系息溪席|yi衣一以已医依疑移易艺意益|ke客可课刻科克渴颗|ting厅听停庭挺亭
wo卧我握窝|chu厨出初除处楚触|fang房放方芳防访仿纺|shu书数树输舒叔术熟鼠束|yu浴雨鱼玉语育遇余于与域欲|wei卫为位未喂味围委尾伟威微|sheng生声升省剩胜圣绳
jian间见件建减检剪监键简坚尖|yang阳样羊养氧洋扬央|tai台太抬态泰|zou走奏|lang廊浪狼朗郎|che车扯彻|ku库裤哭酷苦|can餐参残惨|shang上商伤尚赏|guan关管馆惯官观冠
da打大达答搭|kai开凯揩|diao掉调吊钓|liang亮凉量两粮良辆|an暗安按案岸|ming明名命鸣|du度读独毒渡堵肚|wen温文问闻稳纹|liu六流留刘柳|nuan暖|leng冷愣|re热惹
lou楼漏露搂|hua花|yuan园院元远员圆原源愿|qian前钱千签浅欠牵|hou后候厚猴|ban板办半班般搬版伴|you有由油又右友游优|zuo左做坐作座|zhu主住注猪竹煮助祝柱|ci次此词磁瓷
er儿二而耳|tong童同通桶痛统|luo落罗络|zha插|cha插茶查差叉|zuo座|shui水睡税|hu壶湖户护呼虎胡|bing冰病并兵饼|lu炉路录陆鹿绿|kao烤考靠|wan碗玩完晚弯万
zhao照找着招罩|gan干感赶杆敢甘|ran燃染然|pen喷盆|lin淋林临邻|ge割个歌哥隔格|cao草操槽|chong充冲虫|xi吸|chen尘沉晨陈|bo播波博拨|yue乐月越约阅|yin饮
zhi制之只纸指直值志治质支知|mo模摸磨末|xing星形行醒型性姓兴|dong动东冬懂洞冻|zi子字自紫资|xiao小校笑消销晓|ping屏平瓶苹评|mu幕木目母墓|jin进近今金仅紧|lan蓝兰览栏篮
hong红洪宏虹|huang黄皇慌|lv绿率律|zi紫|cheng橙成城程乘称|bei北背被杯倍备|nan南男难|zhong中重种终钟|xuan玄选旋|ru入如乳|ting庭|ge阁|di弟|gui柜贵鬼归|xie鞋写谢血
zang藏脏|chu储|wu屋物五午无舞雾务|jiu酒九久旧救|cang仓藏苍|yun运云晕|jian健|you游|yong泳用勇永|chi池吃迟尺持|lu露|tai台|ting亭|wan湾|zhen阵针真镇|chang场长常尝厂唱
guang光广逛|chui吹锤垂|fu服复付富副扶福|su宿素速诉|she射社设蛇舍|zhu筑|bi壁笔必币闭比鼻毕|tou头投透偷|bian边变遍便编|luo罗|zha闸炸|juan卷|zhe遮这者折|pao泡跑炮
suo所|tian天田甜填|ding顶定丁钉订|xi席|mi米密蜜迷|gong工公共功宫供|zuo作|lao老劳牢|ying婴影应英映硬|bao宝报包保抱暴|fang坊|qin琴亲勤侵|jiao角教脚叫交|luo螺
"""
_COMMON = frozenset("几儿我你他她它是的了在有不就也都和要这那个一把关开调打给请帮想什么怎吗呢吧")
"""Characters so common that a run with one of them is left as it is."""
_VERBS = (
    "锁上",
    "关上",
    "打开",
    "关掉",
    "调到",
    "暂停",
    "开灯",
    "关灯",
    "调亮",
    "调暗",
    "打扫",
    "扫地",
    "播放",
    "静音",
)
_LONGEST = 6


def sounds(text: str) -> str | None:
    """Return the toneless syllables of a Chinese text, None where a character's sound is not in the table."""
    found = [_table().get(char) for char in text]
    return None if None in found else " ".join(str(one) for one in found)


def phonetic_keys(names: Iterable[str]) -> dict[str, str]:
    """Return sound to name of the names that are written in Chinese characters alone."""
    made: dict[str, str] = {}
    for name in names:
        sound = sounds(name) if len(name) > 1 else None
        if sound is not None:
            made.setdefault(sound, name)
    return made


def hear(text: str, home: Mapping[str, str], known: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Return the text with misheard words replaced by what the home or the lexicon calls them, same length, and notes.

    Args:
        home: sound to name of the home's own names.
        known: names and words of the home: never touched.
    """
    notes: list[str] = []
    first = 0
    while first < len(text):
        for end in range(min(len(text), first + _LONGEST), first + 1, -1):
            piece = text[first:end]
            if piece in CONCEPTS or piece in known or piece in _VERBS:
                first = end - 1
                break
            if set(piece) & _COMMON:
                continue
            sound = sounds(piece)
            meant = None if sound is None else home.get(sound) or _lexicon().get(sound)
            if meant is not None and len(meant) == len(piece):
                notes.append(f"{piece} -> {meant}")
                text = text[:first] + meant + text[end:]
                first = end - 1
                break
        first += 1
    return text, tuple(notes)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for group in _SYLLABLES.replace("\n", "|").split("|"):
        syllable = "".join(char for char in group if char.isascii())
        for char in group[len(syllable) :]:
            table.setdefault(char, syllable)
    return table


@lru_cache(maxsize=1)
def _lexicon() -> Mapping[str, str]:
    return phonetic_keys((*(key for key in CONCEPTS if not key.isascii()), *_VERBS))
