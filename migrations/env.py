"""How Alembic reaches the database: over the connection that ``portal db upgrade`` gives it."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # A migration that cannot get its lock gives up instead of stopping the whole portal.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '4s'")
        # What it fills in, it fills in for every authority: without this it would see no row.
        connection.exec_driver_sql("SELECT set_config('portal.authority', '0', true)")
    context.run_migrations()
