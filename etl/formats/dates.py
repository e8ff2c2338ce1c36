"""Dates as people, spreadsheets and portals write them, turned to ISO."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from maillage.language.names import plain

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_LONG = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) ((?:19|20)\d{2})")
_MONTHS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
_MOMENT = re.compile(r"(.{6,10})[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)?")
_WORLDWIDE = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(?:Z|UTC|[+-]00(?::?00)?)")
_EXCEL_DAYS, _EXCEL_ORIGIN = range(18_000, 80_000), date(1899, 12, 30)  # 1949 to 2119
_PARIS = ZoneInfo("Europe/Paris")


def iso(text: str) -> str:
    """AAAA-MM-JJ or AAAA-MM of a text that has that shape, the text itself when it has none; whether it is a date is not told.

    An hour is dropped. One in universal time is that of a program which knew midnight in France: « 2021-05-31T22:00:00Z » is
    the 1st of June.
    """
    text = text.strip()
    if moment := _WORLDWIDE.fullmatch(text):
        try:
            return datetime.fromisoformat(f"{moment[1]}T{moment[2]}+00:00").astimezone(_PARIS).date().isoformat()
        except (ValueError, OverflowError):
            return text
    if moment := _MOMENT.fullmatch(text):
        text = moment[1]
    if day := _DAY.fullmatch(text):
        return f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"
    if month := _MONTH.fullmatch(text):
        return f"{month[2]}-{int(month[1]):02}"
    if (long := _LONG.fullmatch(plain(text))) and (month := _month(long[2])):
        return f"{long[3]}-{month:02}" + (f"-{int(long[1]):02}" if long[1] else "")
    if (whole := re.fullmatch(r"(\d+)(?:[.,]0+)?", text)) and int(whole[1]) in _EXCEL_DAYS:
        return str(_EXCEL_ORIGIN + timedelta(int(whole[1])))
    if compact := re.fullmatch(r"((?:19|20)\d{2})([/.]?)(\d{2})\2(\d{2})", text):
        return f"{compact[1]}-{compact[3]}-{compact[4]}"
    return text


def _month(word: str) -> int:
    """« juin », « sept. », « février »: its number; 0 when it is no month, or may be two."""
    months = [rank for rank, name in enumerate(_MONTHS, 1) if len(word) > 2 and name.startswith(word)]
    return months[0] if len(months) == 1 else 0
