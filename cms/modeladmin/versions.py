"""Two people on one form: what the form carries from its opening, and what changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from wagtail.log_actions import registry as log_registry

from cms.modeladmin.children import Children, children_of, prints_of_children
from cms.modeladmin.values import Change, print_of, readable, stored_data


@dataclass(frozen=True)
class OpenedForm:
    """A form as it was opened: the record's version, a print of each field's value, and of its children's."""

    version: str
    prints: dict[str, str]
    children: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, record: Model, form: forms.BaseForm) -> OpenedForm:
        """The state to write into a form about to be shown, from the record as stored."""
        fresh = _unbound(form, record)
        prints = {name: print_of(form, name, stored_data(fresh, name)) for name in form.fields}
        return cls(version_of(record), prints, prints_of_children(fresh))

    @classmethod
    def from_post(cls, data: QueryDict) -> OpenedForm:
        """What a posted form says of its opening; an unreadable one counts as opened before everything."""
        try:
            kept = json.loads(data.get("opened_values", ""))
        except ValueError:
            kept = {}
        kept = kept if isinstance(kept, dict) else {}
        prints, children = kept.get("fields"), kept.get("children")
        return cls(
            data.get("opened_version", ""),
            prints if isinstance(prints, dict) else {},
            {
                name: {key: one for key, one in of.items() if isinstance(one, dict)}
                for name, of in (children if isinstance(children, dict) else {}).items()
                if isinstance(of, dict)
            },
        )

    @property
    def values(self) -> str:
        return json.dumps({"fields": self.prints, "children": self.children})

    def compare(self, record: Model, form: forms.BaseForm) -> Meanwhile | None:
        """What somebody else saved since, in the fields of this form; None when nothing did."""
        stored = _unbound(form, record)
        # Children are looked at in any case: one may change, or go, without its parent's being saved.
        sets = children_of(stored, form.data)
        changes = [change for each in sets for change in each.compare(self.children.get(each.name, {}))]
        is_same = self.version == version_of(record)
        if is_same and not changes:
            return None
        merged: dict[str, MultiValueDict] = {}
        if is_same:
            return Meanwhile(record, changes, merged, form, sets)
        for name, form_field in form.fields.items():
            data = stored_data(stored, name)
            now = print_of(form, name, data)
            opened = self.prints.get(name)
            if now == opened or isinstance(form_field, forms.FileField):
                continue
            typed = print_of(form, name, form.data)
            is_mine = typed not in (opened, now)
            if not is_mine and typed != now:
                merged[name] = data
            if typed != now:
                changes.append(
                    Change(
                        form_field.label or name,
                        readable(stored, name, data),
                        readable(form, name, form.data),
                        is_mine,
                    )
                )
        if not changes and self.prints:
            return None
        return Meanwhile(record, changes, merged, form, sets)


@dataclass(frozen=True)
class Meanwhile:
    """What happened to a record while somebody's form stood open."""

    record: Model
    changes: list[Change]
    merged: dict[str, MultiValueDict] = field(default_factory=dict)
    form: Any = None
    children: list[Children] = field(default_factory=list)

    def last_saved(self) -> Any:
        """The latest entry of the record's log: who saved, and when."""
        return log_registry.get_logs_for_instance(self.record).select_related("user").first()

    def merged_data(self, posted: QueryDict) -> QueryDict:
        """What was typed, with the colleague's values where the person had not touched the field."""
        data = posted.copy()
        for name, stored in self.merged.items():
            prefix = self.form.add_prefix(name)
            for key in [key for key in data if key == prefix or key.startswith(f"{prefix}_")]:
                if key == prefix or key in stored:
                    data.pop(key)
            for key in stored:
                data.setlist(key, stored.getlist(key))
        for each in self.children:
            each.write_into(data)
        return data


def version_of(record: Model) -> str:
    """The version of a record: the moment of its last change, or a print of its values if it keeps none."""
    moment = getattr(record, "updated_at", None)
    if moment:
        return moment.isoformat()
    values = [field.value_to_string(record) for field in record._meta.concrete_fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _unbound(form: forms.BaseForm, record: Model) -> forms.BaseForm:
    kwargs = {"for_user": form.for_user} if hasattr(form, "for_user") else {}
    return form.__class__(instance=record, **kwargs)
