"""What a person may do with records: Django's permissions, narrowed by row scopes and by read-only models."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail_modeladmin.helpers import PermissionHelper

from cms.registries import visible_rows
from cms.rows import has_scope

ANY_ACTION = ("add", "change", "delete", "view")


class RecordPermissionPolicy(ModelPermissionPolicy):
    """Wagtail's policy for a model of records, so that all of Wagtail asks the same question as our views."""

    def __init__(self, model: type[Model], *, read_only: bool = False) -> None:
        super().__init__(model)
        self.read_only = read_only

    def user_has_permission(self, user, action: str) -> bool:
        # Rows that the ledger or a program writes stay as they are, whatever a group or a superuser may.
        if self.read_only and action != "view":
            return False
        return super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action) and self.is_in_reach(user, instance)

    def is_in_reach(self, user, instance: Model) -> bool:
        """Whether a row is among those the user may see. Costs a query only where rows are scoped."""
        if user.is_superuser or not has_scope(self.model):
            return True
        return visible_rows(user, self.model._default_manager.all()).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user, actions) -> QuerySet:
        return visible_rows(user, super().instances_user_has_any_permission_for(user, actions))


class RecordPermissionHelper(PermissionHelper):
    """modeladmin's own questions, answered by the model's policy."""

    policy: RecordPermissionPolicy

    def user_has_any_permissions(self, user) -> bool:
        return self.policy.user_has_any_permission(user, ANY_ACTION)

    user_can_list = user_has_any_permissions

    def user_can_create(self, user) -> bool:
        return self.policy.user_has_permission(user, "add")

    def user_can_inspect_obj(self, user, obj) -> bool:
        return self.policy.user_has_any_permission_for_instance(user, ANY_ACTION, obj)

    def user_can_edit_obj(self, user, obj) -> bool:
        return self.policy.user_has_permission_for_instance(user, "change", obj)

    def user_can_delete_obj(self, user, obj) -> bool:
        return self.policy.user_has_permission_for_instance(user, "delete", obj)

    def get_all_model_permissions(self) -> QuerySet:
        permissions = super().get_all_model_permissions()
        if self.policy.read_only:
            return permissions.exclude(
                codename__in=[self.get_perm_codename(action) for action in ("add", "change", "delete")]
            )
        return permissions


def record_policy(model: type[Model], *, read_only: bool = False) -> RecordPermissionPolicy:
    """A policy for a model; the first one made is also what the rest of Wagtail will ask."""
    policy = RecordPermissionPolicy(model, read_only=read_only)
    known = policy_registry.get_by_type(model, fallback=False)
    if not isinstance(known, RecordPermissionPolicy) or known.model is not model:
        # A check that ran before our hooks may have asked for the model and got Wagtail's stand-in.
        policy_registry.fallback_policies.pop(model, None)
        register_permission_policy(model, policy, exact_class=True)
    return policy
