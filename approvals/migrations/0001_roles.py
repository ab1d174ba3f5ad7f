"""The application's role and its default rights: no DDL, no DELETE, before any table exists."""

from typing import ClassVar

from django.db import migrations

ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'signalbox_app') THEN
    RAISE EXCEPTION 'The database role signalbox_app is missing. %',
      'As a superuser: CREATE ROLE signalbox_app LOGIN PASSWORD ''...''; then migrate again.';
  END IF;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- A temporary table could stand in for a real one where a function forgot to say which it means.
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
GRANT USAGE ON SCHEMA public TO signalbox_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO signalbox_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO signalbox_app;
GRANT SELECT ON django_migrations TO signalbox_app;
"""


class Migration(migrations.Migration):
    """Runs before every table of this project."""

    initial = True
    dependencies: ClassVar = []
    run_before: ClassVar = [("contenttypes", "0001_initial"), ("sessions", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(ROLES, migrations.RunSQL.noop)]
