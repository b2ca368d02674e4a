"""What pages are drawn with: figures that open, signs with their words, numbers and dates as they are written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cotmoc.base import contrast, translated, wording
from cotmoc.base.figures import Figure

register = template.Library()
Number = float | Decimal | None


@dataclass(frozen=True, slots=True)
class Encoding:
    """A state as it is shown: sign (shape), class (colour) and word, in that order of trust."""

    sign: str
    word: str | Promise


STATES: dict[str, Encoding] = {
    "intact": Encoding("marker-intact", _("Nguyên trạng")),
    "damaged": Encoding("marker-damaged", _("Hư hỏng")),
    "displaced": Encoding("marker-displaced", _("Bị xê dịch")),
    "unknown": Encoding("marker-unknown", _("Chưa rõ")),
    "phone": Encoding("sync-phone", _("trên máy")),
    "sending": Encoding("sync-sending", _("đang gửi")),
    "received": Encoding("sync-received", _("đã nhận")),
    "incomplete": Encoding("sync-incomplete", _("cần bổ sung")),
    "linked": Encoding("sync-received", _("đủ")),
    "waiting": Encoding("sync-sending", _("chờ")),
    "silent": Encoding("clock", _("mất tin")),
    "overdue": Encoding("clock", _("quá hạn")),
    "safe": Encoding("marker-intact", _("thoát nạn")),
    "injured": Encoding("person-injured", _("bị thương")),
    "dead": Encoding("person-dead", _("đã mất")),
    "missing": Encoding("marker-unknown", _("mất tích")),
}
CLAIMS: dict[str, Encoding] = {
    "supported": Encoding("claim-supported", _("Đủ căn cứ")),
    "not_contradicted": Encoding("claim-not-contradicted", _("Chưa đủ căn cứ")),
    "contradicted": Encoding("claim-contradicted", _("Trái số liệu")),
    "no_evidence": Encoding("claim-no-evidence", _("Không có căn cứ")),
}
AGES: tuple[tuple[str, str | Promise], ...] = (
    ("a0", _("đến ½ hạn")),
    ("a1", _("trong hạn")),
    ("a2", _("quá hạn, đến 1,5 lần")),
    ("a3", _("đến 2 lần")),
    ("a4", _("trên 2 lần hạn")),
    ("never", _("chưa có vết nào")),
)


@register.simple_tag
def fig(figure: Figure, text: str = "") -> SafeString:
    """A figure that opens its evidence. A bare value is refused: what has no evidence may not be drawn."""
    if not isinstance(figure, Figure):
        raise TypeError(f"{{% fig %}} draws figures that carry their evidence, not {type(figure).__name__}")
    return format_html('<a class="fig fig-{}" href="{}">{}</a>', figure.status, figure.url, text or figure.text)


@register.simple_tag
def sign(name: str, title: str = "", extra: str = "") -> SafeString:
    """A sign of `signs.svg`, in the colour of its text. Without a title it stands beside its word and is not read out."""
    address = f"{static('cotmoc/signs.svg')}#{name}"
    if title:
        return format_html(
            '<svg class="sign {}" role="img"><title>{}</title><use href="{}"/></svg>', extra, title, address
        )
    return format_html('<svg class="sign {}" aria-hidden="true"><use href="{}"/></svg>', extra, address)


@register.simple_tag
def verdict(state: str, word: str = "", extra: str = "") -> SafeString:
    """The state of a marker, record, unit or person: sign and word. `word` replaces the usual word."""
    shown = STATES[state]
    return format_html(
        '<span class="verdict verdict-{} {}">{}{}</span>', state, extra, sign(shown.sign), word or shown.word
    )


@register.simple_tag
def verdict_sign(state: str, title: str = "") -> SafeString:
    """The sign of a state alone, with the word (or `title`) as its title: for rows of many signs."""
    shown = STATES[state]
    return format_html(
        '<span class="verdict-{}">{}</span>', state, sign(shown.sign, title or str(shown.word), "sign-12")
    )


@register.simple_tag
def claim_chip(state: str) -> SafeString:
    """The verdict of a sentence as a chip."""
    shown = CLAIMS[state]
    return format_html('<span class="claim claim-{}">{}{}</span>', state, sign(shown.sign), shown.word)


@register.simple_tag
def claim_sign(state: str) -> SafeString:
    """The verdict of a sentence as a small sign, for outlines."""
    shown = CLAIMS[state]
    return format_html('<span class="claim-{}">{}</span>', state, sign(shown.sign, str(shown.word), "sign-12"))


@register.inclusion_tag("cotmoc/_age_legend.html")
def age_legend(title: str = "") -> dict[str, Any]:
    """The coverage ages with their lines and words."""
    return {"ages": AGES, "title": title}


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour of the stylesheet and how it reads on the card's ground."""

    name: str
    word: str | Promise
    colour: str
    ratio: float


SWATCHES: dict[str, str | Promise] = {
    "ink": _("chữ"),
    "ink-2": _("chữ phụ"),
    "pine": _("thao tác"),
    "ok": _("được"),
    "bad": _("hỏng, trái"),
    "warn": _("chờ, sửa"),
    "unk": _("chưa rõ"),
    "line-2": _("viền ô"),
}


@register.simple_tag
def encodings() -> dict[str, Any]:
    """All signs with their words and the colours as the stylesheet has them, for the sheet of signs."""
    swatches = {
        theme: [Swatch(n, w, colours[n], contrast.ratio(colours[n], colours["surface"])) for n, w in SWATCHES.items()]
        for theme, colours in contrast.tokens(contrast.TOKENS.read_text()).items()
    }
    return {"states": STATES, "claims": CLAIMS, "ages": AGES, "swatches": swatches}


@register.filter
def vnnumber(value: Number, decimals: int | None = None) -> str:
    return wording.number(value, decimals)


@register.filter
def pct(share: Number, decimals: int = 1) -> str:
    """A share of 1 as percent."""
    return wording.percent(share, decimals)


@register.filter
def km(metres: Number, decimals: int = 1) -> str:
    """Metres as kilometres with their unit."""
    return wording.kilometres(metres, decimals)


@register.filter
def km_bare(metres: Number, decimals: int = 1) -> str:
    """Metres as kilometres, for columns whose head names the unit."""
    return wording.kilometres(metres, decimals, unit=False)


@register.filter
def metres(value: Number) -> str:
    return wording.metres(value)


@register.filter
def accuracy(value: Number) -> str:
    """Metres as `±8 m`."""
    return wording.accuracy(value)


@register.simple_tag
def chainage(from_m: float | None, to_m: float | None = None) -> str:
    """`km 80,4` or `km 134–140`."""
    return wording.chainage(from_m, to_m)


@register.filter
def vndate(value: date | datetime | None) -> str:
    return wording.day(value)


@register.filter
def vndatetime(value: date | datetime | None) -> str:
    return wording.moment(value)


@register.filter
def vnasof(value: datetime | None) -> str:
    return wording.as_of(value)


@register.filter
def vntime(value: datetime | None) -> str:
    return wording.clock(value)


@register.simple_tag
def period(since: date | None, until: date | None) -> str:
    """`25/09–24/11/2020`; `until` is the last day that belongs to it."""
    return wording.period(since, until)


@register.filter
def spoken(text: str) -> str:
    """A text declared with `gettext_noop`, in the reader's language. The tag `translate` would double its percent signs."""
    return gettext(text) if text else ""


@register.filter
def days(count: float | timedelta | None) -> str:
    return translated.days(count)


@register.filter
def duration(value: timedelta | None) -> str:
    return wording.duration(value)


@register.filter
def filesize(octets: int) -> str:
    return wording.size(octets)
