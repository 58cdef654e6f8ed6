"""The three logins of a database: their names, passwords and addresses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

_SHARED_NAMES = {"", "postgres", "template0", "template1", "defaultdb"}


@dataclass(frozen=True)
class Logins:
    """The three addresses of one database, as URLs with passwords."""

    app: str
    owner: str
    maint: str

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.app,
            "DATABASE_OWNER_URL": self.owner,
            "DATABASE_MAINT_URL": self.maint,
        }

    def on(self, database: str) -> Logins:
        """The same logins on another database of the server."""
        return Logins(*(at(url, database=database) for url in (self.app, self.owner, self.maint)))


@dataclass(frozen=True)
class Passwords:
    """One password per login."""

    app: str
    owner: str
    maint: str


@dataclass(frozen=True)
class Names:
    """What database and logins are called on the server."""

    database: str
    app: str
    owner: str
    maint: str

    @staticmethod
    def of(database: str) -> Names:
        return Names(database, f"{database}_app", f"{database}_owner", f"{database}_maint")

    @staticmethod
    def used_by(logins: Logins) -> Names:
        users = (unquote(urlsplit(url).username or "") for url in (logins.app, logins.owner, logins.maint))
        return Names(database_of(logins.owner), *users)


def random_passwords() -> Passwords:
    return Passwords(*(secrets.token_hex(24) for _ in range(3)))


def passwords_in(logins: Logins) -> Passwords:
    """The passwords that the addresses carry."""
    return Passwords(
        *(unquote(urlsplit(url).password or "") for url in (logins.app, logins.owner, logins.maint))
    )


def database_of(url: str) -> str:
    """The database that a URL names."""
    return unquote(urlsplit(url).path.lstrip("/"))


def database_wanted(url: str) -> str:
    """The product's database for a given URL: the one it names, or `revops` where it names a server's own."""
    named = database_of(url)
    return "revops" if named in _SHARED_NAMES else named


def logins_for(url: str, names: Names, passwords: Passwords) -> Logins:
    """The addresses that the three logins will have on the server of `url`."""
    return Logins(
        app=at(url, database=names.database, user=names.app, password=passwords.app),
        owner=at(url, database=names.database, user=names.owner, password=passwords.owner),
        maint=at(url, database=names.database, user=names.maint, password=passwords.maint),
    )


def at(url: str, *, database: str, user: str = "", password: str = "") -> str:
    """The URL with another database, and another login where one is named."""
    parts = urlsplit(url)
    given, at, place = parts.netloc.rpartition("@")
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else f"{given}{at}"
    return parts._replace(netloc=f"{login}{place}", path=f"/{quote(database, safe='')}").geturl()
