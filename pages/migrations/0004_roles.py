"""The roles of the back office, as groups: what each may see and change.

Groups are named by the values of cms.roles.Role; a person may have several. Rows are narrowed further by row
scopes (a cooperative's editor), and models that a program writes are read-only whatever stands here.
"""

from django.conf import settings
from django.db import migrations

# v view, a add, c change, d delete, p publish, m keep the membership of a cooperative,
# r work on an event of Stripe again, t submit for translation
TABLE = """
model                                admin   editor  fundraiser  commercial  trainer  cooperative  auditor

cms.sitechrome                       vc      vc      -           -           -        -            v
cms.menu                             vacd    vacd    -           -           -        -            v
cms.outboxmessage                    vc      -       v           v           v        -            v
cms.suppression                      vacd    -       -           -           -        -            v
cms.consentrecord                    v       -       v           v           v        -            v
cms.clockrun                         v       -       -           -           -        -            v

members.cooperative                  vacdm   vacm    v           v           v        vc           v
members.serviceformat                vacd    vac     -           vacd        -        v            v
members.formatpart                   vacd    vac     -           vacd        -        vc           v
members.competence                   vacd    vacd    -           v           v        v            v
members.audience                     vacd    vacd    -           vac         -        -            v
members.organisation                 vacd    -       -           vacd        v        -            v
members.contact                      vacd    -       -           vacd        v        -            v
members.lead                         vacd    -       -           vacd        -        -            v
members.leadnote                     vacd    -       -           vac         -        -            v
members.leadstagemove                v       -       -           v           -        -            v
members.leadstage                    vacd    -       -           v           -        -            v
members.lostreason                   vacd    -       -           vac         -        -            v
members.consenttext                  vacd    v       -           v           v        -            v
members.course                       vacdp   vacp    -           v           vacdp    -            v
members.courseedition                vacd    v       -           -           vacd     -            v
members.session                      vacd    v       -           -           vacd     -            v
members.enrolment                    vacd    -       -           -           vac      -            v
members.user                         vacd    -       -           -           -        -            v

donations.beneficiary                vac     -       v           -           -        -            v
donations.campaign                   vacd    v       vac         -           -        -            v
donations.campaigntransition         v       -       v           -           -        -            v
donations.campaigntotal              v       -       v           -           -        -            v
donations.donor                      vc      -       v           -           -        -            v
donations.donation                   v       -       v           -           -        -            v
donations.donationtransition         v       -       v           -           -        -            v
donations.payment                    v       -       v           -           -        -            v
donations.ledgertransaction          v       -       v           -           -        -            v
donations.ledgerentry                v       -       v           -           -        -            v
donations.receipt                    v       -       v           -           -        -            v
donations.stripeevent                vr      -       v           -           -        -            v

wagtailredirects.redirect            vacd    vacd    -           -           -        -            v
wagtailsearchpromotions.searchpromotion  vacd  vacd  -           -           -        -            v
wagtailcore.workflow                 vacd    -       -           -           -        -            v
wagtailcore.task                     vacd    -       -           -           -        -            v
wagtailcore.site                     vc      -       -           -           -        -            v
wagtail_localize.translation         t       t       -           -           t        -            -
"""
COLUMNS = ("consortium_admin", "editor", "fundraiser", "commercial", "trainer", "cooperative_editor", "auditor")
ACTIONS = {
    "v": "view_{model}",
    "a": "add_{model}",
    "c": "change_{model}",
    "d": "delete_{model}",
    "p": "publish_{model}",
    "m": "keep_membership",
    "r": "replay_{model}",
    "t": "submit_translation",
}

# Where pages may be written. "view" is the auditor's: our page policy opens the tree to it, for reading only.
# Below the indexes of events and cooperatives and below the donate page, pages/rights.py adds more.
WHOLE_TREE = {
    "consortium_admin": ("add", "change", "publish", "lock", "unlock", "bulk_delete"),
    "auditor": ("view",),
}
EACH_LANGUAGE = {"editor": ("add", "change", "publish", "lock", "unlock")}

# Pictures and documents stand in collections; these hold for all of them.
FILES = {
    "consortium_admin": ("add", "change", "choose"),
    "editor": ("add", "change", "choose"),
    "fundraiser": ("add", "choose"),
    "commercial": ("choose",),
    "trainer": ("add", "choose"),
    "cooperative_editor": ("add", "choose"),
}
REVIEWERS = ("consortium_admin", "editor")


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in COLUMNS}
    permissions = Permissions(apps)
    for group in groups.values():
        group.permissions.add(permissions.of("wagtailadmin.admin", "access_admin"))
    for model, allowed in table():
        for name, letters in zip(COLUMNS, allowed, strict=True):
            for letter in letters.strip("-"):
                groups[name].permissions.add(permissions.of(model, ACTIONS[letter]))
    write_pages(apps, groups, permissions)
    keep_files(apps, groups, permissions)
    hand_over_reviews(apps, groups)


def table():
    """Model and letters of each row."""
    rows = [line.split() for line in TABLE.strip().splitlines() if line.strip()]
    return [(row[0], row[1:]) for row in rows[1:]]


class Permissions:
    """Finds permissions, making those that Django makes only after all migrations."""

    def __init__(self, apps):
        self.apps = apps
        self.types = apps.get_model("contenttypes", "ContentType").objects
        self.all = apps.get_model("auth", "Permission").objects

    def of(self, label, codename):
        app, model = label.split(".")
        kind, _made = self.types.get_or_create(app_label=app, model=model)
        codename = codename.format(model=model)
        known = self.all.filter(content_type=kind, codename=codename).first()
        return known or self.all.create(
            content_type=kind, codename=codename, name=self.name_of(label, codename)
        )

    def name_of(self, label, codename):
        """The name that Django would give."""
        meta = self.apps.get_model(label)._meta
        given = dict(meta.permissions)
        return str(given.get(codename) or f"Can {codename.split('_')[0]} {meta.verbose_name}")


def write_pages(apps, groups, permissions):
    Page = apps.get_model("wagtailcore", "Page")
    Rights = apps.get_model("wagtailcore", "GroupPagePermission")
    for places, roles in (
        (Page.objects.filter(depth=1), WHOLE_TREE),
        (Page.objects.filter(depth=2), EACH_LANGUAGE),
    ):
        for place in places:
            for name, actions in roles.items():
                for action in actions:
                    Rights.objects.get_or_create(
                        group=groups[name],
                        page=place,
                        permission=permissions.of("wagtailcore.page", f"{action}_page"),
                    )


def keep_files(apps, groups, permissions):
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    Rights = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for name, actions in FILES.items():
        for kind in ("wagtailimages.image", "wagtaildocs.document"):
            for action in actions:
                permission = permissions.of(kind, f"{action}_{{model}}")
                Rights.objects.get_or_create(group=groups[name], collection=root, permission=permission)
    for action in ("add", "change", "delete"):
        permission = permissions.of("wagtailcore.collection", f"{action}_collection")
        Rights.objects.get_or_create(
            group=groups["consortium_admin"], collection=root, permission=permission
        )


def hand_over_reviews(apps, groups):
    """Wagtail's workflow for approval goes to our roles; its two groups would only confuse."""
    for task in apps.get_model("wagtailcore", "GroupApprovalTask").objects.all():
        task.groups.set([groups[name] for name in REVIEWERS])
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Moderators"], user=None).delete()


def drop_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=COLUMNS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0003_demo_mark"),
        ("members", "0005_first_consent_texts"),
        ("donations", "0002_amounts_and_replay"),
        ("cms", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtailsearchpromotions", "0008_query_verbose_name"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(make_roles, drop_roles)]
