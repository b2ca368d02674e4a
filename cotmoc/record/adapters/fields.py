"""Form fields in the language of the trade: moments as they are written here, marker numbers in any form, records by number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base import wording
from cotmoc.base.models import BorderMarker
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber
from cotmoc.record.adapters.cells import key_field
from cotmoc.record.register import Record

DAY_FORMS = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
MOMENT_FORMS = [f"{day} {clock}" for day in DAY_FORMS for clock in ("%H:%M", "%H:%M:%S")]
SUGGESTED = 40


class DayField(forms.DateField):
    """24/11/2020; ISO forms are read, too."""

    input_formats = DAY_FORMS
    default_error_messages = {"invalid": _("Viết ngày dạng 24/11/2020.")}

    def __init__(self, **options: Any) -> None:
        attrs = {"placeholder": "24/11/2020", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(input_formats=DAY_FORMS, widget=forms.DateInput(attrs=attrs, format="%d/%m/%Y"), **options)


class MomentField(forms.DateTimeField):
    """24/11/2020 06:00 on Vietnamese clocks; ISO 8601 with a zone is read, too."""

    default_error_messages = {"invalid": _("Viết ngày giờ dạng 24/11/2020 06:00.")}

    def __init__(self, **options: Any) -> None:
        attrs = {"placeholder": "24/11/2020 06:00", "inputmode": "text", "autocomplete": "off"}
        widget = forms.DateTimeInput(attrs=attrs, format="%d/%m/%Y %H:%M")
        super().__init__(input_formats=MOMENT_FORMS, widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        return wording.moment(value) if isinstance(value, datetime) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class YesNoField(forms.NullBooleanField):
    """Có / Không, none preselected: an item left open is not an item found good."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        options = {key: value for key, value in options.items() if key != "required"}
        super().__init__(
            required=False, widget=forms.RadioSelect(choices=[("true", _("Có")), ("false", _("Không"))]), **options
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false"}.get(value, value)


class TypedLinkField(forms.CharField):
    """A link to another row, typed by its number instead of chosen from a list of hundreds."""

    def __init__(self, model: type[models.Model], user: Any, **options: Any) -> None:
        self.model = model
        self.user = user
        super().__init__(**options)

    def reachable(self) -> Any:
        return self.model.objects.for_user(self.user).in_force()  # type: ignore[attr-defined]

    def find(self, text: str) -> Any:
        return self.reachable().filter(code__iexact=text)

    def missing(self, text: str) -> ValidationError:
        return ValidationError(
            _("Không có “%(text)s” trong phạm vi đơn vị. Kiểm tra lại số hiệu."), params={"text": text}
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        found = list(self.find(text)[:2])
        if not found:
            raise self.missing(text)
        if len(found) > 1:
            raise ValidationError(_("“%(text)s” có ở nhiều nơi. Viết đủ số hiệu."), params={"text": text})
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        if value and not isinstance(value, str):
            row = value if isinstance(value, models.Model) else self.model._default_manager.filter(pk=value).first()
            return "" if row is None else str(getattr(row, key_field(self.model)))
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def suggestions(self) -> list[tuple[str, str]]:
        """Keys and words for the list under the field: the newest records."""
        rows = self.reachable().order_by("-recorded_at")[:SUGGESTED]
        return [(str(getattr(row, key_field(self.model))), str(row)) for row in rows]


class MarkerField(TypedLinkField):
    """A marker or stake by its number in any form: 717, mốc 717, 519/2 (1), 519-2.1, cọc dấu 3."""

    def find(self, text: str) -> Any:
        try:
            number = str(MarkerNumber.parse(text))
        except BadMarkerNumber as bad:
            raise ValidationError(
                _("“%(text)s” không phải số mốc. Viết như 717, 519/2(1), CD3."), params={"text": text}
            ) from bad
        return self.reachable().on(date.max).filter(number=number)

    def suggestions(self) -> list[tuple[str, str]]:
        return [(row.number, str(row)) for row in self.reachable().on(date.max).order_by("sort_key")]


def reachable(model: Any, user: Any) -> Any:
    """The rows in reach of the user, in the order of what they are called."""
    rows = model.objects.for_user(user).in_force()
    return rows.order_by("folded") if hasattr(model, "folded") else rows


def link_field(field: Any, user: Any, options: dict[str, Any]) -> forms.Field:
    """The form field of a foreign key: typed for markers and records, else a list of what is in reach."""
    model = field.related_model
    if issubclass(model, BorderMarker):
        return MarkerField(model, user, **options)
    if issubclass(model, Record):
        return TypedLinkField(model, user, **options)
    key = key_field(model)
    return forms.ModelChoiceField(
        queryset=reachable(model, user),
        to_field_name=None if key == "pk" else key,
        empty_label="–",
        error_messages={"invalid_choice": _("Không có lựa chọn này trong phạm vi đơn vị.")},
        **options,
    )
