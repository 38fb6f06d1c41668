"""How amounts of giving are written."""

from cms.money import Money


def written(amount: Money) -> str:
    """An amount as one would type it in the active language, without its sign: 25 or 25,50."""
    text = amount.format().replace("€", "").strip("\u00a0 ")
    return text.removesuffix(",00").removesuffix(".00")
