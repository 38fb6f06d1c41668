"""Which rows a cooperative's editor may see: those of their own cooperative."""

from django.db.models import QuerySet

from cms.registries import row_scopes
from cms.roles import Role, roles_of
from members.models import Cooperative, FormatPart


def keeps_one_cooperative(user) -> bool:
    """Whether a person's only role is that of a cooperative's editor."""
    return roles_of(user) == {Role.COOPERATIVE_EDITOR}


def own_cooperative(user, cooperatives: QuerySet[Cooperative]) -> QuerySet[Cooperative]:
    return cooperatives.filter(pk=user.cooperative_id) if keeps_one_cooperative(user) else cooperatives


def own_parts(user, parts: QuerySet[FormatPart]) -> QuerySet[FormatPart]:
    return parts.filter(cooperative=user.cooperative_id) if keeps_one_cooperative(user) else parts


def register() -> None:
    row_scopes.register(Cooperative, own_cooperative)
    row_scopes.register(FormatPart, own_parts)
