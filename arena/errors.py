"""Domain errors: a stable code and a message that a person can act on."""


class DomainError(Exception):
    """A rule of the domain was broken. `code` is stable for programs, `message` tells a person what to do."""

    code = "invalid"
    status = 400

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class NotFound(DomainError):
    """What was asked for does not exist, or this voter may not see it."""

    code = "not_found"
    status = 404


class Conflict(DomainError):
    """What was asked for contradicts the present state."""

    code = "conflict"
    status = 409


class Gone(DomainError):
    """What was asked for once existed and has ended."""

    code = "gone"
    status = 410


class Forbidden(DomainError):
    """The caller may not do this."""

    code = "forbidden"
    status = 403


class Busy(DomainError):
    """There is no capacity for this at the moment; there will be later."""

    code = "busy"
    status = 503
