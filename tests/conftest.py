"""The harness, by subject: see tests/README.md for the fixtures that every test may ask for."""

from settings.messages.catalogues import compile_all

# Before Django reads them: tests read Italian words.
compile_all()

pytest_plugins = [
    "tests.harness.order",
    "tests.harness.memory",
    "tests.harness.database",
    "tests.harness.people",
    "tests.harness.browser",
]
