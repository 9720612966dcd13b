"""Events that a request may wait for, in both languages."""

import re

_WHEN = r"\b(?:when(?:ever)?|once|as soon as|after|every time|each time|if|the moment|right when|before)\s+"
_TABLE: tuple[tuple[str, str], ...] = (
    (rf"(?:{_WHEN}(?:i|we|everyone|everybody|nobody|all of us|the last person)(?:'m|'ve|'re| is| am| are| have| has)?\s+(?:leav\w*|left|go(?:es|ing)? out|head(?:ing)? out|gone|out|away|go(?:ing)? to work|not home)(?: (?:the )?(?:house|home))?|\bon (?:my|our) way out\b)", "leave_home"),
    (r"(?:我|我们|大家|所有人|家里没人|没人)?(?:一)?(?:都)?(?:出门|离家|离开家?|出去|不在家|走了?)(?:的?时候?|后|之后|以后|时|就)|家里没人(?:的时候|时|就)", "leave_home"),
    (rf"(?:{_WHEN}(?:i|we|anyone|someone|somebody)(?:'m|'ve|'re| is| am| are| have)?\s+(?:get(?:s|ting)? (?:home|back|in)|got home|com(?:e|es|ing) (?:home|back|in)|arriv\w*(?: home| back)?|(?:back )?home|return\w*(?: home)?|back))", "arrive_home"),
    (r"(?:我|我们|有人)?(?:一)?(?:回家|到家|回来|进门|进屋)(?:的?时候?|后|之后|以后|时|就)", "arrive_home"),
    (rf"(?:(?:at|{_WHEN}|by|from)\s*(?:the )?(?:sun ?set|sun(?:'s)? (?:sets|goes down|is down|gone down|has gone down|down)|dusk|nightfall|(?:it )?(?:gets|is|turns|grows) dark)\b)|\b(?:it )?(?:gets|is getting|turns|grows) dark\b|日落(?:的?时候?|后|时|就)?|太阳一?(?:下山|落山|落下去?)(?:了|的?时候?|后|时|就|以后|之后)*|天一擦?黑就?|天黑(?:的?时候?|了|后|时|就|以后|之后)*|黄昏(?:时|的时候)?", "sunset"),
    (rf"(?:(?:at|{_WHEN}|by|from)\s*(?:the )?(?:sun ?rise|sun (?:rises|comes up|is up)|dawn|daybreak|(?:it )?(?:gets|is) light)\b)|日出(?:的?时候?|后|时|就)?|天亮(?:的?时候?|了|后|时|就|以后|之后)*|太阳升起(?:的?时候?|时)?", "sunrise"),
    (r"(?:\b(?:when(?:ever)?|once|if|as soon as|every time|each time)\s+(?:somebody|someone|anybody|anyone|i|we|they)\s+open(?:s|ed)?\s+(?:the |my |a )?[\w' ]{2,30})|(?:\b(?:when(?:ever)?|once|if|as soon as|every time|each time)\s+(?:the |my |a )?[\w' ]{2,30}?\s+(?:is |gets? |are )?opene?[ds]?(?: up)?\b)|[\u4e00-\u9fff]{1,8}一(?:打开|开)$|[\u4e00-\u9fff]{1,8}(?:一)?(?:被)?(?:打开|开了?)(?:的?时候?|时|后|就)", "opened"),
    (r"(?:\b(?:when(?:ever)?|once|if|as soon as|every time|each time)\s+(?:somebody|someone|anybody|anyone|i|we|they)\s+(?:close[sd]?|shuts?)\s+(?:the |my |a )?[\w' ]{2,30})|(?:\b(?:when(?:ever)?|once|if|as soon as|every time|each time)\s+(?:the |my |a )?[\w' ]{2,30}?\s+(?:is |gets? |are )?(?:close[ds]?|shuts?)\b)|[\u4e00-\u9fff]{1,8}一(?:关上|关)$|[\u4e00-\u9fff]{1,8}(?:一)?(?:被)?(?:关上|关闭|关好)(?:的?时候?|时|后|就)", "closed"),
    (r"\b(?:when(?:ever)?|once|if|as soon as)\s+[\w' ]{0,40}?(?:drops?|falls?|goes|gets|is|dips|sinks)\s+(?:below|under|colder than|lower than|less than|beneath)\s+[\w.°%-]+(?: degrees?)?|(?:温度|气温|室温)?(?:如果)?(?:低于|降到|掉到|跌破|不到)\s*[\d零一二两三四五六七八九十]+\s*度?(?:以下)?(?:的?时候?|时|后|就)?", "temperature_below"),
    (r"\b(?:when(?:ever)?|once|if|as soon as)\s+[\w' ]{0,40}?(?:rises?|goes|gets|is|climbs|reaches)\s+(?:above|over|hotter than|higher than|warmer than|more than|past)\s+[\w.°%-]+(?: degrees?)?|(?:温度|气温|室温)?(?:如果)?(?:高于|超过|升到|达到)\s*[\d零一二两三四五六七八九十]+\s*度?(?:以上)?(?:的?时候?|时|后|就)?", "temperature_above"),
    (r"\b(?:when(?:ever)?|if|once|every time|each time)\s+(?:there(?:'s| is) (?:any )?(?:motion|movement)|(?:motion|movement) is detected|(?:someone|somebody|anyone) (?:walks?|comes?|moves?|enters?)[\w ]{0,20})|(?:有人|检测到人|有动静)(?:经过|进来|移动)?(?:的?时候?|时|就)", "motion"),
    (r"\b(?:when|once|after|before)\s+(?:i|we)(?:'m| am| are)?\s*(?:go(?:ing)? to (?:bed|sleep)|(?:a)?sleep|in bed)\b|\bat bedtime\b|(?:我|我们)?(?:睡觉|睡着|上床)(?:的?时候?|前|后|时|了就|以后|之后)+", "bedtime"),
    (r"\b(?:when|once|after|as soon as)\s+(?:i|we)(?:'m| am| are)?\s*(?:wake|get) ?up\b|(?:我|我们)?(?:起床|醒来|睡醒)(?:的?时候?|后|时|以后|之后)+", "wake_up"),
)  # fmt: skip

TRIGGERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), trigger) for pattern, trigger in _TABLE
)
"""Patterns of events and the name under which a When carries them."""
