"""What the application's role cannot do, whatever runs in it."""

import psycopg
import pytest
from django.db import DatabaseError, connection, connections

FORBIDDEN = {
    "make a table": "CREATE TABLE mine (id int)",
    "make a schema": "CREATE SCHEMA mine",
    "make a function": "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "make a role": "CREATE ROLE mine SUPERUSER",
    "become the owner": "SET ROLE signalbox",
    "empty a table": "TRUNCATE django_migrations",
    "rewrite what was migrated": "DELETE FROM django_migrations",
    "change a table": "ALTER TABLE django_migrations ADD COLUMN mine int",
    "switch triggers off": "SET session_replication_role = replica",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_application_cannot(statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_application_is_neither_owner_nor_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_a_fresh_database_is_another_one_and_commits(fresh_database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_user")
        assert cursor.fetchone() == (fresh_database, "signalbox_app")
    settings = connections["default"].settings_dict
    elsewhere = {name: settings[name.upper()] for name in ("host", "port", "user", "password")}
    with psycopg.connect(dbname=fresh_database, **{name: value for name, value in elsewhere.items() if value}) as own:
        assert own.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)
