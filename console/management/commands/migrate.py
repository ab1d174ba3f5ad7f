"""`migrate`, as the owner of the tables and never as the application."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

ONE_ROLE = (
    "MIGRATE_DATABASE_URL is not set or names the application's own role: the application then owns "
    "its tables and could switch off what the database enforces."
)


class Command(migrate.Command):
    """Django's own command with the owner's connection by default."""

    def add_arguments(self, parser: CommandParser) -> None:
        """`--database` remains, for whoever knows better."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate; warns when owner and application are one and the same."""
        if connections["owner"].settings_dict["USER"] == connections["default"].settings_dict["USER"]:
            self.stderr.write(self.style.WARNING(ONE_ROLE))
        return super().handle(*args, **options)
