"""The window in which a form picks a snippet offers only the rows that a person may see."""

from wagtail.snippets.views import chooser

from cms.choosers import creation_form_or_404
from cms.registries import visible_rows
from cms.rows import row_or_404


class _OwnRows:
    def get_object_list(self):
        return visible_rows(self.request.user, super().get_object_list())


class ChooseView(_OwnRows, chooser.ChooseView):
    pass


class ChooseResultsView(_OwnRows, chooser.ChooseResultsView):
    pass


class ChosenView(chooser.SnippetChosenView):
    def get_object(self, pk):
        return row_or_404(self.request.user, self.model_class._default_manager.all(), pk)


class ChosenMultipleView(chooser.SnippetChosenMultipleView):
    def get_objects(self, pks):
        return visible_rows(self.request.user, super().get_objects(pks))


class CreateView(chooser.SnippetChooserViewSet.create_view_class):
    def get_creation_form(self):
        return creation_form_or_404(super().get_creation_form())


class ScopedChooserViewSet(chooser.SnippetChooserViewSet):
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
