"""The two languages, a home page in each, and the site: what every install begins with."""

import uuid

from django.conf import settings
from django.db import migrations

WORDS = {
    "it": {
        "title": "Cultnetwork",
        "message": "Cooperative culturali che pensano, progettano e lavorano insieme",
        "summary": "Dicci di che cosa hai bisogno: la rete mette insieme le competenze giuste.",
        "seo_title": "Cultnetwork, la rete delle cooperative culturali",
    },
    "en": {
        "title": "Cultnetwork",
        "message": "Cultural cooperatives that think, design and work together",
        "summary": "Tell us what you need: the network brings the right skills together.",
        "seo_title": "Cultnetwork, the network of cultural cooperatives",
    },
}


def make_homes(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("pages", "HomePage")

    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in WORDS}
    Page.objects.filter(depth=1).update(locale=locales[settings.LANGUAGE_CODE])
    root = Page.objects.get(depth=1)
    # Wagtail's own migrations leave a welcome page there; nothing of the site stands below it.
    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()

    home_type, _made = ContentType.objects.get_or_create(app_label="pages", model="homepage")
    key = uuid.uuid4()
    homes = {}
    for number, code in enumerate(WORDS, start=1):
        slug = "home" if code == settings.LANGUAGE_CODE else f"home-{code}"
        homes[code] = HomePage.objects.create(
            path=f"{root.path}{number:04d}",
            depth=2,
            numchild=0,
            slug=slug,
            url_path=f"/{slug}/",
            draft_title=WORDS[code]["title"],
            content_type=home_type,
            locale=locales[code],
            translation_key=key,
            **WORDS[code],
        )
    Page.objects.filter(pk=root.pk).update(numchild=len(homes))
    Site.objects.create(
        hostname="localhost",
        port=80,
        site_name="Cultnetwork",
        root_page_id=homes[settings.LANGUAGE_CODE].pk,
        is_default_site=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(make_homes, migrations.RunPython.noop)]
