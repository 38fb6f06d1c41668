"""The pictures drawn for the project, put in the image library with their words."""

from __future__ import annotations

from django.core.files.images import ImageFile
from wagtail.images import get_image_model

from pages.demo.reading import PICTURES, read


class Pictures:
    """The images by file name, and what each shows in a language."""

    def __init__(self) -> None:
        self.told = {row["file"]: row for row in read("pictures")["picture"]}
        self.images = {name: self._keep(row) for name, row in self.told.items()}

    def alt(self, name: str, language: str) -> str:
        return self.told[name][f"alt_{language}"]

    def _keep(self, row: dict):
        with (PICTURES / row["file"]).open("rb") as file:
            return get_image_model().objects.create(
                title=row["title"], description=row["alt_it"], file=ImageFile(file, name=row["file"])
            )
