"""The people who log in to the demo: one for each role, and a second cooperative."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.contrib.auth.models import Group

from cms.roles import Role
from members.models import Cooperative, User
from pages.demo.people import FIRST, LAST

WORDS = [
    "argine",
    "barca",
    "canna",
    "corte",
    "filo",
    "fiume",
    "giunco",
    "isola",
    "lago",
    "loto",
    "nebbia",
    "ponte",
    "pioppo",
    "riva",
    "tela",
    "telaio",
]


def make_accounts(cooperatives: dict[str, Cooperative], kept_in: Path) -> dict[Role, User]:
    """Make the accounts and write their passwords to a file that only its owner can read.

    kept_in: the file. Passwords are new at every run: they are the only thing that does not follow the seed.
    """
    of_cooperative = list(cooperatives.values())[:2]
    users: dict[Role, User] = {}
    lines = []
    for number, role in enumerate(Role):
        own = of_cooperative if role == Role.COOPERATIVE_EDITOR else [None]
        for place, cooperative in enumerate(own):
            name = role.value.replace("_", "-") + ("" if place == 0 else f"-{place + 1}")
            email, password = f"{name}@demo.example", _password()
            user = User.objects.create_user(
                email,
                password,
                first_name=FIRST[number * 5 + place],
                last_name=LAST[number * 3 + place],
                cooperative=cooperative,
            )
            user.groups.add(Group.objects.get(name=role.value))
            users.setdefault(role, user)
            lines.append(f"{email}  {password}  {role.label}{f' ({cooperative})' if cooperative else ''}")
    _write(kept_in, lines)
    return users


def _password() -> str:
    return "-".join(secrets.choice(WORDS) for _word in range(4)) + f"-{secrets.randbelow(90) + 10}"


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
