"""Fields that staff add to records, for whoever reads or writes them.

    for field in fields_for(Lead, request.user):        # those the person sees; field.may_edit
        value = field.value_of(lead)                     # TypedField says what it may be
        field.display(value)                             # words, in the reader's language
        field.raw(value)                                 # a plain value, for sheets and the API
        field.text(value)                                # a text that to_python reads back
        field.write(lead, field.to_python("31/12/2027")) # ValidationError with a sentence
    lead.save()                                          # keeps the filters in step

Who writes rows in bulk calls `keep_filter_values(Lead, rows)` in the same transaction. `values_in_words` is
what a person's file of data gets; `forget_values` is for erasing.
"""

from cms.custom_fields.filter_values import keep_filter_values
from cms.custom_fields.forgetting import forget_values, values_in_words
from cms.custom_fields.reference_kinds import People, people
from cms.custom_fields.registry import fields_for, has_custom_fields, record_kinds
from cms.custom_fields.typed import TypedField

__all__ = [
    "People",
    "TypedField",
    "fields_for",
    "forget_values",
    "has_custom_fields",
    "keep_filter_values",
    "people",
    "record_kinds",
    "values_in_words",
]
