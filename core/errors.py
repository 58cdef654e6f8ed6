"""Errors a person can do something about.

Raise a `DomainError` when the asker can fix it; its message says what to do next. Anything else that goes
wrong is a bug, is not caught, and becomes a 500.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """A refusal that a person can act on.

    `message` says what is wrong and what to do; `code` is a stable word for programs (default: one per
    class); `param` names the input at fault; `details` are facts for pages and logs, never secrets.
    """

    status: ClassVar[int] = 400
    type: ClassVar[str] = "invalid_request"
    default_code: ClassVar[str] = "invalid_request"

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, **details: object
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.param = param
        self.details = details

    @property
    def retry_after(self) -> int | None:
        """Whole seconds after which the same request may succeed (the `retry_after` detail), if known."""
        seconds = self.details.get("retry_after")
        return max(0, seconds) if isinstance(seconds, int) else None

    def to_dict(self) -> dict[str, str | None]:
        """The public part: `type`, `code`, `message`, `param`."""
        return {"type": self.type, "code": self.code, "message": self.message, "param": self.param}


class NotFound(DomainError):
    """It does not exist, or the asker may not know that it does."""

    status = 404
    type = "not_found"
    default_code = "not_found"


class Conflict(DomainError):
    """It would contradict the present state: stale version, second definition in force, name taken."""

    status = 409
    type = "conflict"
    default_code = "conflict"


class Invalid(DomainError):
    """The input is understood and wrong."""

    status = 422
    type = "invalid_request"
    default_code = "invalid"


class Denied(DomainError):
    """The asker is known and may not do this."""

    status = 403
    type = "permission_denied"
    default_code = "denied"


class TooMany(DomainError):
    """Asked too often or for too much; `retry_after=seconds` says when to try again."""

    status = 429
    type = "rate_limited"
    default_code = "too_many"


class Unavailable(DomainError):
    """Something we depend on does not answer now; `retry_after=seconds` where known."""

    status = 503
    type = "unavailable"
    default_code = "unavailable"
