"""Numbers and letters of Chinese, Japanese and Korean."""

import re
from functools import lru_cache
from typing import Protocol, cast

_DIGITS = "零一二三四五六七八九"
_SMALL = ("", "十", "百", "千")
_LARGE = ("", "万", "亿", "兆", "京")
_LARGE_JA = ("", "万", "億", "兆", "京")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_COUNTED = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def chinese(number: int, code: str) -> list[str]:
    """An integer below 10**20 in Chinese numerals, the way of "zh" or of "ja", the usual first.

    In Chinese also without the last unit (一百二 is 120), and with 万亿 for 兆.

    >>> chinese(105, "zh"), chinese(105, "ja"), chinese(120, "zh")
    (['一百零五'], ['百五'], ['一百二十', '一百二'])
    """
    usual = _numerals(number, code)
    if code == "ja":
        return [usual]
    ways = [usual, usual.replace("零一十", "零十"), _LAST_UNIT.sub(_kept, usual)]
    if 10**12 <= number < 10**16:
        high, low = divmod(number, 10**12)
        rest = _numerals(low, code) if low else ""
        gap = "零" if low and low < 10**11 else ""
        trillions = "亿" if low < 10**8 else ""
        ways.append(_numerals(high, code) + "万" + trillions + gap + rest)
    return list(dict.fromkeys(ways))


_LAST_UNIT = re.compile(
    "(百[一二三四五六七八九])十$|(千[一二三四五六七八九])百$|(万[一二三四五六七八九])千$|(亿[一二三四五六七八九])千万$"
)


def _kept(match: re.Match[str]) -> str:
    return str(match[match.lastindex or 0])


def _numerals(number: int, code: str) -> str:
    if number == 0:
        return "零"
    groups: list[int] = []
    rest = number
    while rest:
        rest, group = divmod(rest, 10_000)
        groups.append(group)
    japanese = code == "ja"
    names = _LARGE_JA if japanese else _LARGE
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        gap = text and group < 1000 and not japanese and not text.endswith("零")
        text += "零" if gap and group else ""
        if group:
            text += (_group_ja(group, place) if japanese else _group_zh(group)) + names[place]
    return text.removeprefix("一") if text.startswith("一十") else text


def _group_zh(group: int) -> str:
    text = ""
    for place, digit in zip((3, 2, 1, 0), f"{group:04}", strict=True):
        if digit != "0":
            text += _DIGITS[int(digit)] + _SMALL[place]
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零")


def _group_ja(group: int, large: int) -> str:
    text = ""
    for place, digit in zip((3, 2, 1, 0), f"{group:04}", strict=True):
        value = int(digit)
        if value == 1 and place and not (place == 3 and large):
            text += _SMALL[place]
        elif value:
            text += _DIGITS[value] + _SMALL[place]
    return text


def korean_native(number: int) -> list[str]:
    """The native Korean numerals before a counter and alone, for 1 to 99.

    >>> korean_native(21), korean_native(100)
    (['스물한', '스물하나'], [])
    """
    if not 0 < number < 100:
        return []
    tens, ones = divmod(number, 10)
    before = "스무" if number == 20 else _NATIVE_TENS[tens] + _NATIVE_ONES[ones]
    return list(dict.fromkeys((before, _NATIVE_TENS[tens] + _NATIVE_COUNTED[ones])))


def hiragana(text: str) -> str:
    """Katakana as hiragana: which of the two is written makes no sound.

    >>> hiragana("ポタンと")
    'ぽたんと'
    """
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@lru_cache(maxsize=1)
def _converter() -> _Converter:
    import opencc

    return cast(_Converter, opencc.OpenCC("t2s"))


def simplified(text: str) -> str:
    """Traditional Chinese characters as simplified ones, by OpenCC's tables."""
    return text if text.isascii() else _converter().convert(text)
