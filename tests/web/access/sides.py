"""Who asks for whose object, and what kind of answer there is."""

from enum import StrEnum


class Caller(StrEnum):
    """Who asks."""

    ANONYMOUS = "anonymous"
    REVIEWER = "reviewer"
    ADMIN = "admin"
    AUDITOR = "auditor"
    AGENT = "agent key"


class Answer(StrEnum):
    """What kind of answer they get."""

    OK = "ok"
    SIGN_IN = "asked to sign in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    NO_METHOD = "method not allowed"


class Whose(StrEnum):
    """How the object of an address relates to the one who asks."""

    OWN = "own"
    SAME_TENANT = "of nobody's team"
    SAME_TEAM = "of the same team"
    FOREIGN_TEAM = "of a foreign team"
    FOREIGN_TENANT = "of a foreign tenant"
    ABSENT = "absent"
