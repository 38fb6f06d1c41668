"""The field that holds blocks."""

from wagtail.fields import StreamField


class BlocksField(StreamField):
    """A stream of blocks whose words, help texts and options stay out of the migrations.

    The column is JSON whatever the blocks are: writing every label into the migrations would only ask for
    a new one at each change of a help text.
    """

    def deconstruct(self):
        name, _path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, "pages.fields.BlocksField", [[]], kwargs
