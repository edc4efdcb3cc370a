"""What people wrote, shown without who they are: names, numbers, addresses, e-mails and identity numbers masked.

Masks too much rather than too little: a street is masked although it may be the matter's own.
"""

import re
from collections.abc import Iterable

NAME, NUMBER, ADDRESS, EMAIL, LINK = "[name]", "[number]", "[address]", "[e-mail]", "[link]"
MASKS = (NAME, NUMBER, ADDRESS, EMAIL, LINK)
LONGEST = 2_000
"""Characters that are looked at; what stands behind them is not shown."""

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞"
    "任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成"
    "戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘丁邓郁"
    "单洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊惠曲封靳松段富巫乌焦巴牧山谷车侯班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司"
    "黎薄白怀蒲邰从鄂索咸赖卓蔺屠蒙池乔阴能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀尚农温别庄晏柴瞿阎"
    "充慕连茹习宦艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广禄阙东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶曾沙养丰关"
    "趙錢孫鄭馮陳衛蔣韓楊許呂張嚴華謝鄒喬蘇龐魯韋馬鳳費賀湯羅畢鄔時齊顧黃蕭貝計談紀項婁顏鍾駱盧單諸鄧龔陸榮劉葉龍譚連關聶饒"
)
_HAN = "\u3400-\u9fff"
_WORD = r"[A-Z\u00c0-\u00de][^\W\d_]*(?:['’-][^\W\d_]+)*"
_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|señora?|herr|frau)"
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|place|pl|square|sq|boulevard|blvd|way|walk|close|"
    r"terrace|crescent|quay|wharf|highway|hwy|parade|row|alley|gardens|mews)"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:https?://|www\.)[^\s<>\"'，。；、）)]+", re.IGNORECASE), LINK),
    (re.compile(r"[^\s@<>\"'()，。；：、（）]+[@＠][^\s@<>\"'()，。；：、（）]+", re.IGNORECASE), EMAIL),
    # A house with its street, a flat, a post box.
    (
        re.compile(rf"\b\d+[a-z]?(?:[/-]\d+[a-z]?)?,?\s+(?:[^\W\d_][\w'’.-]*\s+){{1,3}}{_STREET}\b\.?", re.IGNORECASE),
        ADDRESS,
    ),
    (re.compile(rf"\b(?:{_WORD}\s+){{1,3}}(?i:{_STREET})\b\.?(?:\s+(?i:no\.?|number)?\s*\d+[a-z]?\b)?"), ADDRESS),
    (
        re.compile(r"\b(?:flat|apartment|apt|unit|suite|room|p\.?\s?o\.?\s?box)\s*(?:no\.?\s*|#\s*)?\d+\w*\b", re.I),
        ADDRESS,
    ),
    (
        re.compile(
            rf"[{_HAN}]{{1,6}}?(?:路|街|巷|弄|道|胡同|大街|大道)\s*[\d一二三四五六七八九十百]+\s*(?:号|號)(?:院|楼|樓)?"
        ),
        ADDRESS,
    ),
    (
        re.compile(
            r"[\d一二三四五六七八九十百]+\s*(?:号楼|號樓|栋|棟|幢|单元|單元|室|号院|弄|号|號)(?=$|[^线線码碼文])"
            rf"|[{_HAN}]{{2,6}}(?:小区|小區|花园|花園|公寓|新村|家园|家園)"
        ),
        ADDRESS,
    ),
    # Who they say they are.
    (re.compile(rf"(?<![^\W_])(?i:{_TITLE})\.?\s+{_WORD}(?:\s+{_WORD}){{0,2}}"), NAME),
    (
        re.compile(
            r"(?i:\bmy\s+name(?:\s+is|'s|’s)?|\bthis\s+is|\bi\s*am|\bi['’]?m|\bcalled|\bnamed|\bon\s+behalf\s+of|"
            rf"\bsincerely,?|\bregards,?)\s+({_WORD}(?:\s+{_WORD}){{0,3}})"
        ),
        NAME,
    ),
    (re.compile(r"(?i:\bmy\s+name(?:\s+is|'s|’s)\s+)([^\W\d_]+(?:\s+[^\W\d_]+){0,2})"), NAME),
    (
        re.compile(
            rf"[{_SURNAMES}][{_HAN}]{{0,2}}?(?:先生|女士|小姐|太太|阿姨|大爷|大爺|大妈|大媽|叔叔|奶奶|爷爷|爺爺|师傅|師傅|"
            r"老师|老師|医生|醫生|主任|经理|經理|同志)"
        ),
        NAME,
    ),
    (
        re.compile(
            rf"(?:我(?:的名字)?(?:叫|名叫)|姓名(?:是|为|為)?|名字(?:是|叫)|本人)[：:\s]*([{_SURNAMES}][{_HAN}]{{1,3}}?)"
            rf"(?=$|[^{_HAN}]|[住是想要问問在有的电電])"
        ),
        NAME,
    ),
    (re.compile(rf"(?<![{_HAN}])我(?:姓)([{_SURNAMES}])"), NAME),
)
_PLATE = re.compile(rf"[{_HAN}][A-Za-zＡ-Ｚ][·・ ]?[A-Za-z0-9]{{4,6}}(?![A-Za-z0-9])")
_FEWEST_DIGITS = 4


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with what tells a person replaced by `MASKS`; `names` are those known of the people it is about.

    A number of four digits or more is masked, but a year of this century (2000 to 2099) stays.
    What stands behind `LONGEST` characters is left out; applying it twice changes nothing.
    """
    shown = text[:LONGEST]
    for name in sorted({part for one in names for part in _parts(one)}, key=lambda part: (-len(part), part)):
        bound = r"(?<![^\W_])" if name[0].isascii() else ""
        end = r"(?![^\W_])" if name[-1].isascii() else ""
        shown = _applied(re.compile(bound + re.escape(name) + end, re.IGNORECASE), NAME, shown)
    for rule, instead in _RULES:
        shown = _applied(rule, instead, shown)
    shown = _applied(_PLATE, NUMBER, shown)
    return _numbers(shown)


def is_masked(text: str) -> bool:
    """Whether something in it was masked, so that it cannot be published as it is."""
    return any(mask in text for mask in MASKS)


def _parts(name: str) -> list[str]:
    """A name whole, and its words where they are long enough to tell somebody."""
    whole = " ".join(name.split())
    if not whole or whole in MASKS:
        return []
    words = [word for word in whole.split() if len(word) > 2 or not word.isascii()]
    least = 2 if not whole.isascii() else 3
    return [part for part in {whole, *words} if len(part) >= least]


def _applied(rule: re.Pattern[str], instead: str, text: str) -> str:
    def masked(found: re.Match[str]) -> str:
        if not rule.groups:
            return instead
        start, end = found.span(1)
        whole = found.group()
        return whole[: start - found.start()] + instead + whole[end - found.start() :]

    # What was masked before is never looked into again.
    parts = re.split("(" + "|".join(map(re.escape, MASKS)) + ")", text)
    return "".join(part if part in MASKS else rule.sub(masked, part) for part in parts)


def _numbers(text: str) -> str:
    parts = re.split("(" + "|".join(map(re.escape, MASKS)) + ")", text)
    return "".join(part if part in MASKS else _digits(part) for part in parts)


_RUN = re.compile(
    r"[+＋(（]?(?:[A-Za-z]{0,3}-?)?\d(?:[-.,\u2010-\u2015·/()（） \u00a0]{0,2}\d)*(?:-?[A-Za-zＡ-Ｚ\d]+)*"
)
_YEAR = re.compile(r"20[0-9]{2}(?:-20[0-9]{2})?")


def _digits(text: str) -> str:
    def masked(found: re.Match[str]) -> str:
        run = found.group()
        if sum(char.isdigit() for char in run) < _FEWEST_DIGITS or _YEAR.fullmatch(run):
            return run
        return NUMBER

    return _RUN.sub(masked, text)
