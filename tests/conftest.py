"""The harness, by subject: see tests/README.md for the fixtures that every test may ask for."""

pytest_plugins = [
    "tests.harness.order",
    "tests.harness.database",
    "tests.harness.people",
    "tests.harness.browser",
]
