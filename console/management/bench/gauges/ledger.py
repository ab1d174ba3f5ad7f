"""What a database wrote between two moments: commits, bytes of the log and whose they are; read as superuser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from console.launch.state import LaunchFailed

Connection = psycopg.Connection[Any]
REST = "transactions and padding"
CANNOT = (
    "This PostgreSQL cannot tell what it writes: the bench needs pg_walinspect of version 16 or newer, or an --only "
    "without commits_per_run and wal_bytes_per_run."
)

COMMITS = """
SELECT coalesce(sum(count), 0)::bigint FROM pg_get_wal_stats(%(since)s, %(till)s, true)
WHERE "resource_manager/record_type" LIKE 'Transaction/COMMIT%%'
"""

# A record may touch several blocks: its bytes are shared evenly among them, and whole pages go to their own block.
# Copies of one template have the same files, so only those of this database are named.
BY_TABLE = """
WITH touched AS (
  SELECT reldatabase, relfilenode, block_fpi_length
         + (record_length - sum(block_fpi_length) OVER one)::numeric / count(*) OVER one AS bytes
  FROM pg_get_wal_block_info(%(since)s, %(till)s, false)
  WINDOW one AS (PARTITION BY start_lsn)),
files AS (
  SELECT pg_relation_filenode(c.oid) AS number, coalesce(i.indrelid, t.oid, d.refobjid, c.oid) AS owner
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.reltoastrelid = c.oid
  LEFT JOIN pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
SELECT coalesce(o.relname, 'other')::text, sum(bytes)::bigint
FROM touched LEFT JOIN files ON files.number = touched.relfilenode
  AND touched.reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
LEFT JOIN pg_class o ON o.oid = files.owner
GROUP BY 1 ORDER BY 2 DESC
"""

TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"


@dataclass(frozen=True)
class Written:
    """What was written: `tables` holds bytes by table with its indexes, and what belongs to none."""

    commits: int
    bytes: int
    tables: dict[str, int]


def ready(connection: Connection) -> None:
    """Let the log be read with SQL; raises LaunchFailed where the server cannot."""
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
        connection.execute("SELECT 'pg_get_wal_block_info'::regproc")
    except psycopg.Error as error:
        raise LaunchFailed(CANNOT) from error


def position(connection: Connection) -> str:
    """Where the log ends now."""
    return str(_one(connection, "SELECT pg_current_wal_insert_lsn()"))


def written(connection: Connection, since: str) -> Written:
    """What the log holds from `since` to now; `connection` is to the database whose tables are named."""
    till = str(_one(connection, "SELECT pg_current_wal_flush_lsn()"))
    span = {"since": since, "till": till}
    total = int(_one(connection, "SELECT pg_wal_lsn_diff(%(till)s, %(since)s)", span))
    tables = {str(name): int(size) for name, size in connection.execute(BY_TABLE, span).fetchall()}
    tables[REST] = total - sum(tables.values())
    return Written(int(_one(connection, COMMITS, span)), total, tables)


def transactions(connection: Connection, database: str) -> int:
    """How many transactions this database has ended, reading ones too."""
    return int(_one(connection, TRANSACTIONS, (database,)))


def _one(connection: Connection, statement: str, arguments: Any = None) -> Any:
    row = connection.execute(statement, arguments).fetchone()
    return row[0] if row else None
