"""The form of a register, from `form_fields`: what people type, what imports and other programs send; one set of rules.

form = form_for(MarkerInspection, user)(data)      a new record
form = form_for(Patrol, user)(data, instance=row)  an amendment; needs `reason`, refuses what somebody else changed since
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.ledger import Author
from cotmoc.base.models import Unit
from cotmoc.base.units import account_of, units_below
from cotmoc.record.actions import save_record
from cotmoc.record.adapters.cells import key_field
from cotmoc.record.adapters.fields import DayField, MomentField, TypedLinkField, YesNoField, link_field, reachable
from cotmoc.record.register import Record

MOST_BUTTONS = 7
"""A choice of no more than this is shown as buttons, not as a list."""


class RecordForm(forms.ModelForm):
    """What all register forms share: the unit, the reason, the revision that was read."""

    unit: forms.Field
    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)
    user: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        amending = self.instance.revision > 0
        self.fields["reason"].required = amending
        if amending:
            self.initial["base"] = self.instance.revision
        else:
            del self.fields["reason"]
            account = account_of(self.user)
            self.initial.setdefault("unit", account.unit if account else None)

    def save_by(self, by: Author) -> Record:
        """Write what was typed. Call only when valid; raises Problem for rights and for a conflict."""
        row: Record = self.instance
        row.revision = self.cleaned_data.get("base") or row.revision
        many = {f.name: self.cleaned_data[f.name] for f in row._meta.many_to_many if f.name in self.cleaned_data}
        if many:
            row.link(**{name: [linked.pk for linked in chosen] for name, chosen in many.items()})
        row.device = row.device or by.device[:60]
        return save_record(row, by, self.cleaned_data.get("reason", ""), self.user)

    def asked(self) -> Iterator[Any]:
        """The fields in their order, without what people do not see."""
        return (self[name] for name in self.fields if name not in {"base", "reason"} and not self[name].is_hidden)

    def suggested(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The lists under the typed links, by the id that their inputs name."""
        typed = [(name, field) for name, field in self.fields.items() if isinstance(field, TypedLinkField)]
        lists: dict[str, list[tuple[str, str]]] = {}
        for _name, field in typed:
            lists.setdefault(_list_id(field), field.suggestions())
        return list(lists.items())


def form_for(model: type[Record], user: Any) -> type[RecordForm]:
    """The form class of a register for a user: choices hold only what is in reach."""

    def made(field: Any, **options: Any) -> forms.Field | None:
        return field_for(field, user, **options)

    made_form: Any = forms.modelform_factory(
        model, form=RecordForm, fields=["unit", *model.form_fields], formfield_callback=made
    )
    made_form.user = user
    own = units_below(account.unit_id) if (account := account_of(user)) else frozenset()
    made_form.base_fields["unit"] = forms.ModelChoiceField(
        label=_("Đơn vị"), queryset=Unit.objects.in_force().filter(pk__in=own), to_field_name="code", empty_label=None
    )
    form_class: type[RecordForm] = made_form
    return form_class


def field_for(field: Any, user: Any, **options: Any) -> forms.Field | None:
    """The form field of a model field."""
    common = {"label": field.verbose_name, "required": not field.blank and not field.null}
    match field:
        case models.ManyToManyField():
            key = key_field(field.related_model)
            rows = reachable(field.related_model, user)
            return forms.ModelMultipleChoiceField(
                queryset=rows, to_field_name=None if key == "pk" else key, widget=forms.CheckboxSelectMultiple, **common
            )
        case models.ForeignKey():
            made = link_field(field, user, common)
            if isinstance(made, TypedLinkField):
                made.widget.attrs.update({"list": _list_id(made), "autocomplete": "off"})
            return made
        case models.DateTimeField():
            return MomentField(**common)
        case models.DateField():
            return DayField(**common)
        case models.BooleanField() if field.null:
            return YesNoField(label=field.verbose_name)
        case models.FloatField() | models.DecimalField():
            return field.formfield(localize=True)
    made = field.formfield(**options)
    if field.choices and len(field.choices) <= MOST_BUTTONS and not field.blank:
        choices = [choice for choice in field.choices if choice[0] != ""]
        made = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return made


def _list_id(field: TypedLinkField) -> str:
    return f"list-{field.model._meta.model_name}"
