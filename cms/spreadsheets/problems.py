"""What is wrong with a cell, in words of the sheet."""


class Problem(ValueError):
    """str() is half a sentence for people, to be put after the row and the column: “row 4, e-mail: …”."""
