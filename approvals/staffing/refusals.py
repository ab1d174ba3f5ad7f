"""Why something about people, teams or keys is not done."""

from approvals.domain.errors import ApprovalError


class NotAnAdmin(ApprovalError):
    """Only an active admin may do this."""

    code = "not_an_admin"


class LastAdmin(ApprovalError):
    """This is the last active admin: make another one first."""

    code = "last_admin"


class OwnRole(ApprovalError):
    """Nobody changes their own role or ends their own access: ask another admin."""

    code = "own_role"


class NotOneAccount(ApprovalError):
    """No account here has this e-mail, or it is itself a second one; and somebody else says it of one's own."""

    code = "not_one_account"


class StaysOnePerson(ApprovalError):
    """That two accounts are one person's stays: taking it back would make one person two."""

    code = "stays_one_person"


class EmailTaken(ApprovalError):
    """Someone already signs in with this e-mail."""

    code = "email_taken"


class NameTaken(ApprovalError):
    """This name is taken."""

    code = "name_taken"


class UnreadableName(ApprovalError):
    """A name can be read as it is written: nothing hidden in it, and something to see."""

    code = "unreadable_name"


class NameForged(ApprovalError):
    """A person's name is written in one alphabet, and is none of the console's own words."""

    code = "name_forged"


class PersonAlike(NameTaken):
    """Somebody has this name already, or one that looks like it."""

    code = "person_alike"


class NotHere(ApprovalError):
    """This person, team or key does not exist here."""

    code = "not_here"


class BadKey(ApprovalError):
    """A key needs scopes from the list, and an expiry within the next 366 days."""

    code = "bad_key"


class BadAgent(ApprovalError):
    """A key that asks before actions needs the name of its agent, in small letters and digits; no other key has one."""

    code = "bad_agent"


class PasswordReplaced(ApprovalError):
    """This password was replaced meanwhile: sign in again."""

    code = "password_replaced"


class AlreadyStaffed(ApprovalError):
    """The first admin was made before; admins make the others."""

    code = "already_staffed"
