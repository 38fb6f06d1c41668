"""Custom fields as staff define them."""

from cms.custom_fields import fields_for
from cms.custom_fields.services.defining import define_field
from members.models import Lead


def field_of(model=Lead, kind="text", label="Note", *, choices=(), **details):
    """A field that staff defined, as code uses it."""
    definition = define_field(model=model, kind=kind, label_it=label, choices=choices, **details)
    return typed_again(definition)


def typed_again(definition, user=None):
    """The field of a definition, read anew."""
    found = {each.key: each for each in fields_for(definition.model, user, with_retired=True)}
    return found[definition.key]


def fill(record, **values):
    """Write values by the fields' keys, as people type them, and save the record."""
    fields = {each.key: each for each in fields_for(type(record), None, with_retired=True)}
    for key, typed in values.items():
        fields[key].write(record, fields[key].to_python(typed))
    record.save()
    return record
