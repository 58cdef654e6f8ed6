"""Which database logins a run uses: the three that were given, those made with one that was given, or the
embedded server's.
"""

from __future__ import annotations

from collections.abc import Mapping

from revops import provision
from revops.services import runtime
from revops.services.folders import Folders, read_document, write_document
from revops.services.terminal import Refusal


def given_logins(
    folders: Folders, environ: Mapping[str, str], *, database: str, for_tests: bool = False
) -> provision.Logins:
    """The logins for a given `DATABASE_URL`; where it is given alone, it is used once to make them, and then
    never again.

    `database` is the one to make. Raises `Refusal`, with SQL for an administrator where that helps.
    """
    url = environ["DATABASE_URL"]
    owner, maint = environ.get("DATABASE_OWNER_URL", ""), environ.get("DATABASE_MAINT_URL", "")
    if owner and maint:
        return provision.Logins(app=url, owner=owner, maint=maint)
    if owner or maint:
        missing = "DATABASE_MAINT_URL" if owner else "DATABASE_OWNER_URL"
        raise Refusal(
            f"{missing} is not set: give all three logins, or only a DATABASE_URL that may make them."
        )
    key = runtime.fingerprint(url) + ("-tests" if for_tests else "")
    made = read_document(folders.provisioned)
    kept = made.get(key)
    if isinstance(kept, dict):
        logins = provision.Logins(*(str(kept[entry]) for entry in runtime.LOGIN_NAMES))
        if provision.works(logins):
            return logins
        passwords = provision.passwords_in(logins)
    else:
        passwords = provision.random_passwords()
        logins = provision.logins_for(url, provision.Names.of(database), passwords)
        # Kept before they are made: they are the ones in the SQL that an administrator may have to run.
        write_document(folders.provisioned, {**made, key: logins.environment()})
    try:
        return provision.prepare(url, database=database, passwords=passwords, for_tests=for_tests)
    except provision.CannotProvision as refused:
        raise Refusal("\n\n".join(part for part in (refused.sentence, refused.script) if part)) from refused
