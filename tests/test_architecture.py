"""The rules of the house that no linter knows. See docs/architecture.md for their reasons."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = settings.PROJECT_DIR
APPS = ("cms", "donations", "members", "pages")
LONGEST_MODULE = 300
# path -> why it is longer.
LONG_FOR_A_REASON: dict[str, str] = {}
# The only functions that write a state, each next to its table of allowed moves.
DOORS = {
    "cms/models/privacy.py:transition",
    "donations/models/campaign.py:transition",
    "donations/models/dispute.py:transition",
    "donations/models/donation.py:transition",
    "donations/models/concern.py:transition",
    "donations/models/recurring.py:transition",
    "donations/models/refund.py:transition",
    "donations/services/stripe_events.py:replay",
    "members/services/enrolments.py:cancel",
    "members/services/parts.py:approve_part",
}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders or (*APPS, "settings"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def public_templates() -> Iterator[tuple[str, str]]:
    """What visitors read: neither the back office's templates nor mails."""
    for app in APPS:
        for file in sorted((ROOT / app / "templates").rglob("*.html")):
            parts = set(file.parts)
            if not parts & {"emails", "admin", "wagtailadmin", "modeladmin", "back_office", "listing"}:
                yield str(file.relative_to(ROOT)), file.read_text()


def test_layers_and_import_rules_hold():
    command = [sys.executable, "-m", "importlinter.cli", "lint", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_modules_stay_short():
    lengths = {name: (ROOT / name).read_text().count("\n") for name, _ in modules()}
    long = {name: length for name, length in lengths.items() if length > LONGEST_MODULE}
    assert long.keys() == LONG_FOR_A_REASON.keys(), long


def subclasses(kind: type) -> set[type]:
    return {found for each in kind.__subclasses__() for found in {each, *subclasses(each)}}


def test_every_model_admin_follows_row_rights(db, client):
    from wagtail import hooks
    from wagtail_modeladmin.options import ModelAdmin

    from cms.modeladmin import RecordModelAdmin

    hooks.search_for_hooks()
    ours = {admin for admin in subclasses(ModelAdmin) if admin.__module__.split(".")[0] in APPS}
    assert {admin for admin in ours if not issubclass(admin, RecordModelAdmin)} == set()
    assert len(ours) > 5


def test_every_model_that_staff_see_says_whose_rows_they_are():
    """A model without a row scope shows nothing; `whole` is said on purpose. See cms/registries.py."""
    from wagtail import hooks
    from wagtail.admin.viewsets.chooser import ChooserViewSet
    from wagtail.snippets.models import get_snippet_models

    from cms.modeladmin import RecordModelAdmin
    from cms.registries import row_scopes
    from cms.sources import sources

    hooks.search_for_hooks()
    shown = {admin.model for admin in subclasses(RecordModelAdmin) if getattr(admin, "model", None)}
    shown |= {viewset.model for viewset in subclasses(ChooserViewSet) if isinstance(viewset.model, type)}
    shown |= {source.model for _key, source in sources.items()} | set(get_snippet_models())
    # What a form of theirs chooses among.
    shown |= {
        field.related_model
        for model in shown
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model and field.editable
    }
    ours = {model for model in shown if model.__module__.split(".")[0] in (*APPS, "wagtail", "django")}
    assert {model._meta.label for model in ours if model not in row_scopes} == set()


def test_working_records_are_no_part_of_wagtails_own_api():
    from wagtail import hooks

    from cms.modeladmin import RecordModelAdmin

    hooks.search_for_hooks()
    records = {admin.model for admin in subclasses(RecordModelAdmin) if getattr(admin, "model", None)}
    assert {model for model in records if getattr(model, "api_fields", None)} == set()


def writes_a_state(node: ast.AST) -> bool:
    """An assignment to an attribute called state, or an update of a query's rows with one."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in node.targets)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("update", "update_or_create"):
        return any(keyword.arg == "state" for keyword in node.keywords)
    return False


def test_a_state_moves_only_through_its_door():
    writers = {
        f"{name}:{function.name}"
        for name, tree in modules(*APPS)
        if not name.startswith("donations/sandbox/")  # its states are Stripe's, which it repeats
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and any(map(writes_a_state, ast.walk(function)))
    }
    assert writers == DOORS


def test_money_never_passes_through_a_float():
    calls = {
        f"{name}:{node.lineno}"
        for name, tree in modules("donations", "members")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"
    }
    assert calls == set()
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    money = [
        field for field in fields if field.name.endswith("_cents") and field.model._meta.app_label in APPS
    ]
    assert {field.get_internal_type() for field in money} <= {
        "BigIntegerField",
        "IntegerField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "JSONField",  # the preset amounts, a list
    }
    assert len(money) > 5


def test_the_first_migration_of_members_holds_the_user_alone():
    source = (ROOT / "members" / "migrations" / "0001_initial.py").read_text()
    made = re.findall(r'CreateModel\(\s*name="(\w+)"', source.replace("'", '"'))
    assert made == ["User"]


def test_services_say_what_they_promise():
    silent = {
        f"{name}:{node.name}"
        for app in APPS
        if (ROOT / app / "services").is_dir()
        for name, tree in modules(f"{app}/services")
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not (ast.get_docstring(node) and node.returns)
    }
    assert silent == set()


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|\sstyle=\"|\son[a-z]+=\"|<style\b", re.I
)


def test_public_templates_hold_nothing_inline_that_the_content_policy_refuses():
    found = {name: INLINE.findall(text) for name, text in public_templates() if INLINE.search(text)}
    assert found == {}


def test_no_template_keeps_a_fragment_that_may_be_a_preview():
    """Django's cache tag would show a draft to visitors; Wagtail's own knows better."""
    keeping = [name for name, text in public_templates() if re.search(r"{%\s*cache\s", text)]
    assert keeping == []


@pytest.mark.parametrize("name", ["default", "private"])
def test_storages_are_apart(name):
    from django.core.files.storage import storages

    other = {"default": "private", "private": "default"}[name]
    assert not Path(storages[name].location).is_relative_to(storages[other].location)
