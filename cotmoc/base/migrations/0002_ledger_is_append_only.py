"""Triggers that refuse UPDATE, DELETE and TRUNCATE on the ledger, on SQLite and PostgreSQL."""

from django.db import migrations

TABLE = "base_ledgerentry"

SQLITE = [
    f"""CREATE TRIGGER ledger_no_{act.lower()} BEFORE {act} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
    for act in ("UPDATE", "DELETE")
]
SQLITE_BACK = [f"DROP TRIGGER IF EXISTS ledger_no_{act}" for act in ("update", "delete")]

POSTGRESQL = [
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    f"CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    f"CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
]
POSTGRESQL_BACK = [
    f"DROP TRIGGER ledger_no_truncate ON {TABLE}",
    f"DROP TRIGGER ledger_no_change ON {TABLE}",
    "DROP FUNCTION ledger_refuse()",
]


def run(schema_editor, sqlite, postgresql):
    for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
        schema_editor.execute(statement)


def forward(apps, schema_editor):
    run(schema_editor, SQLITE, POSTGRESQL)


def backward(apps, schema_editor):
    run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
