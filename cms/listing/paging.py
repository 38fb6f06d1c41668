"""Pages of a long list: counting and leafing stop at a bound, so that no list slows as it grows."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

MOST_COUNTED = 3000


class BoundedPaginator(WagtailPaginator):
    """Counts to MOST_COUNTED and says "more than" beyond. Its last page is the last of those.

    Whoever looks for a row further down sorts the other way round, filters or searches.
    """

    @cached_property
    def _found(self) -> int:
        if isinstance(self.object_list, list):
            return len(self.object_list)
        return self.object_list.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST_COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether there are rows beyond those that were counted."""
        return self._found > MOST_COUNTED

    @cached_property
    def items_count_label(self) -> str:
        return items_label(self.count, self.has_more, self.verbose_name, self.verbose_name_plural)


class ExactPaginator(BoundedPaginator):
    """Counts them all, because somebody asked; its pages end where the others' do."""

    @cached_property
    def items_count_label(self) -> str:
        total = self.object_list.order_by().values("pk").count()
        return items_label(total, False, self.verbose_name, self.verbose_name_plural)


def items_label(count: int, has_more: bool, one, many) -> str:
    """ "1 request", "152 requests", "more than 3,000 requests"."""
    written = number_format(count, use_l10n=True, force_grouping=True)
    if has_more:
        return _("more than %(count)s %(items)s") % {"count": written, "items": many}
    return f"{written} {one if count == 1 else many}"
