"""Vietnamese numerals, with and without the hundreds that are empty."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ", "tỷ tỷ")


def vietnamese(number: int) -> list[str]:
    """An integer below 10**21 in words, the full way first, then the ways that leave words out.

    >>> vietnamese(2024)
    ['hai nghìn không trăm hai mươi bốn', 'hai nghìn hai mươi bốn', 'hai nghìn lẻ hai mươi bốn']
    >>> vietnamese(25)
    ['hai mươi lăm', 'hai lăm']
    """
    if 20 < number < 100 and number % 10:
        tens, ones = divmod(number, 10)
        return [_group(number), f"{_DIGITS[tens]} {_ones(ones, tens)}"]
    ways = [_composed(number, empty) for empty in ("không trăm", "", "lẻ")]
    return list(dict.fromkeys(ways))


def _composed(number: int, empty: str) -> str:
    if number < 1000:
        return _group(number)
    groups: list[int] = []
    rest = number
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    words: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        lead = empty if words and group < 100 else ""
        tied = words and group < 10 and empty != "lẻ" and (empty or not place)
        tie = "lẻ" if tied else ""
        words += [lead, tie, _group(group), _SCALES[place]]
    return " ".join(filter(None, words))


def _group(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds else []
    if tens:
        words.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    elif hundreds and ones:
        words.append("lẻ")
    if ones or not number:
        words.append(_ones(ones, tens))
    return " ".join(words)


def _ones(digit: int, tens: int) -> str:
    if digit == 1 and tens > 1:
        return "mốt"
    return "lăm" if digit == 5 and tens else _DIGITS[digit]
