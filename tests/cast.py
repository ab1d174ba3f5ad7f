"""The people of every test, by role; never random users."""

from approvals.models import Member, Role, Tenant


def member(name: str, role: Role, *, tenant_id: int = Tenant.DEFAULT) -> Member:
    """A person of a role, found or made; nobody here has a password."""
    email = f"{name.lower()}@example.test"
    found = Member.objects.filter(email=email).first()
    return found or Member.objects.create_user(email, None, name=name, role=role, tenant_id=tenant_id)


def mara() -> Member:
    """The first reviewer."""
    return member("Mara", Role.REVIEWER)


def kai() -> Member:
    """The second reviewer."""
    return member("Kai", Role.REVIEWER)


def ada() -> Member:
    """The admin."""
    return member("Ada", Role.ADMIN)


def otto() -> Member:
    """The auditor."""
    return member("Otto", Role.AUDITOR)
