"""Questions to lists, kept under names: opened as the list itself, pinned, shared, counted, read by the API.

A view keeps what is asked, never rows: whoever opens it finds the rows that are theirs to see. Its address,
`address_of(view)`, carries the whole question, so that the list, a sheet made of the list and the address
bar say the same. `?view=12` on a list opens it too; `question_in(query, ...)` understands both.
"""

from cms.saved_views.opening import address_of, answer_of, open_view, question_in, source_of_view

__all__ = ["address_of", "answer_of", "open_view", "question_in", "source_of_view"]
