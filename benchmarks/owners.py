"""Owners by file: reading and applying 55,000 rows, and loading all of England at once.

Beside each stands the least that could be done: inserting the same rows with SQLAlchemy's Core,
or copying them into the table as they are.
"""

import csv
import io
import resource
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

import portal.models  # noqa: F401 - every table must be known before the first query
from benchmarks.tables import Table, verdict
from categories.bulk.files import apply_next, begin_applying
from categories.bulk.importing import stage_owners
from categories.bulk.models import OwnerImport
from categories.bulk.national import import_everywhere
from categories.bulk.rows import COLUMNS
from categories.catalogue import current_categories, load_shipped_catalogue
from categories.models import Category, Owner
from directory.authorities import ensure_authority
from directory.models import Membership, Person, Role, School, SchoolStatus
from foundation import clock, migrate
from foundation.bulk import batches, insert_all
from foundation.db import EVERY_AUTHORITY, Database
from tests import servers

LOCAL, PEOPLE = 647, 10
AUTHORITIES, SCHOOLS_EACH = 150, 160
MOST_DRY = MOST_APPLY = 10.0
MOST_TIMES = 3.0


def measure() -> Iterator[Table]:
    """Measure on both databases, then the national load on PostgreSQL."""
    table = Table(
        f"{LOCAL * 85:,} owners by file, all new, with their people",
        ("database", "dry run, s", "apply, s", "Core insert, s", "memory grew, MB", "under 10 s"),
    )
    with TemporaryDirectory() as folder, servers.postgresql() as server:
        home = Path(folder)
        table.rows.append(_local("SQLite", f"sqlite:///{home / 'portal.db'}", home))
        table.rows.append(_local("PostgreSQL", server.url, home))
        yield table
        yield _national(server, home)


def _local(name: str, url: str, home: Path) -> list[object]:
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        authority_id = _authority(session, 0, LOCAL)
    place = home / "owners.csv"
    _write_file(database, place)
    before, start = _memory(), perf_counter()
    with database.transaction(authority=authority_id) as session:
        import_id = stage_owners(session, authority_id, place, at=clock.now()).id
    dry, start = perf_counter() - start, perf_counter()
    with database.transaction(authority=authority_id) as session:
        begin_applying(session, session.get_one(OwnerImport, import_id), by=None, at=clock.now())
    more = True
    while more:
        with database.transaction(authority=authority_id) as session:
            more = apply_next(session, session.get_one(OwnerImport, import_id))
    applied, grew = perf_counter() - start, _memory() - before
    bare = _core_insert(database, authority_id)
    database.engine.dispose()
    met = dry < MOST_DRY and applied < MOST_APPLY
    return [name, dry, applied, bare, round(grew), verdict(met=met)]


def _core_insert(database: Database, authority_id: int) -> float:
    """Insert the same owners again, with nothing looked up, and take them back."""
    columns = [column for column in Owner.__table__.columns if column.name != "id"]
    with database.session(authority=authority_id) as session:
        rows = [dict(row) for row in session.execute(sa.select(*columns)).mappings()]
        session.execute(sa.delete(Owner))
        start = perf_counter()
        for some in batches(rows):
            insert_all(session, Owner, some)
        spent = perf_counter() - start
        session.rollback()
    return spent


def _national(server: servers.PostgreSQL, home: Path) -> Table:
    database = Database(server.new_database("england"))
    migrate.upgrade(database)
    with database.transaction(authority=EVERY_AUTHORITY) as session:
        for number in range(AUTHORITIES):
            _people(session, _authority(session, number, SCHOOLS_EACH))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    place = home / "england.csv"
    rows = _write_file(database, place)
    bare = _bare_copy(server, database)
    start = perf_counter()
    with database.session(authority=EVERY_AUTHORITY) as session:
        report = import_everywhere(session, place, at=clock.now())
        session.commit()
    spent = perf_counter() - start
    database.engine.dispose()
    assert (report.added, report.rejected) == (rows, [])
    table = Table(
        f"`portal owners import --bulk`: {rows:,} owners of {AUTHORITIES} authorities",
        ("bare COPY, s", "ours, s", "times", f"under {MOST_TIMES:.0f} times"),
    )
    met = spent < MOST_TIMES * bare
    table.rows.append([bare, spent, spent / bare, verdict(met=met)])
    table.notes.append(
        "The bare COPY writes the same rows with their ids into the owner table, as the server's "
        "superuser, to whom row security does not apply. Ours reads the CSV file, finds schools, "
        "categories and people, judges each row, writes the owners and tells each school's change."
    )
    return table


def _bare_copy(server: servers.PostgreSQL, database: Database) -> float:
    """Copy the rows into the owner table as they are, and empty it again."""
    where = f"host=127.0.0.1 port={server.port} user=postgres dbname={database.engine.url.database}"
    columns = "authority_id, school_id, category_id, person_id, part, assigned_at"
    address = f"'p' || (c.number % {PEOPLE}) || '@s' || s.urn || '.school.example'"
    query = (  # made of names and numbers of our own
        "COPY (SELECT s.authority_id, s.id, c.id, p.id, 'lead', now() FROM school s "  # noqa: S608
        f"JOIN category c ON c.authority_id = s.authority_id JOIN person p ON p.email = {address} "
        "ORDER BY s.id, c.number) TO STDOUT"
    )
    with psycopg.connect(where) as connection:
        with connection.cursor() as cursor, cursor.copy(query) as out:
            content = b"".join(bytes(piece) for piece in out)
        start = perf_counter()
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY owner ({columns}) FROM STDIN") as into:
                source = io.BytesIO(content)
                while piece := source.read(1 << 20):
                    into.write(piece)
            connection.commit()
            spent = perf_counter() - start
            cursor.execute("TRUNCATE owner RESTART IDENTITY CASCADE")
        connection.commit()
    return spent


def _authority(session: Session, number: int, schools: int) -> int:
    now = clock.now()
    authority_id = ensure_authority(session, la_code=str(800 + number), name="A").authority_id
    load_shipped_catalogue(session, authority_id, at=now)
    rows = [
        {
            "authority_id": authority_id,
            "urn": 100_000 + number * schools + count,
            "la_code": "888",
            "name": f"School {count}",
            "type_code": "01",
            "type_name": "Community school",
            "phase_code": "2",
            "phase_name": "Primary",
            "status": SchoolStatus.OPEN,
            "imported_at": now,
        }
        for count in range(schools)
    ]
    insert_all(session, School, rows)
    return authority_id


def _people(session: Session, authority_id: int) -> None:
    now = clock.now()
    schools = session.execute(
        sa.select(School.id, School.urn).where(School.authority_id == authority_id)
    ).all()
    people = [
        {
            "authority_id": authority_id,
            "email": f"p{number}@s{school.urn}.school.example",
            "name": f"Person {number}",
            "created_at": now,
        }
        for school in schools
        for number in range(PEOPLE)
    ]
    insert_all(session, Person, people)
    ids = {
        row.email: row.id
        for row in session.execute(
            sa.select(Person.email, Person.id).where(Person.authority_id == authority_id)
        )
    }
    places = [
        {
            "authority_id": authority_id,
            "person_id": ids[f"p{number}@s{school.urn}.school.example"],
            "school_id": school.id,
            "role": Role.STAFF,
            "started_at": now,
        }
        for school in schools
        for number in range(PEOPLE)
    ]
    insert_all(session, Membership, places)


def _write_file(database: Database, place: Path) -> int:
    with (
        database.session(authority=EVERY_AUTHORITY, writes=False) as session,
        place.open("w", newline="") as stream,
    ):
        first = session.scalars(sa.select(Category.authority_id).order_by(Category.id)).first()
        assert first is not None
        slugs = [(row.number, row.slug) for row in current_categories(session, first)]
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        count = 0
        for urn in session.scalars(sa.select(School.urn).order_by(School.urn)):
            for number, slug in slugs:
                who = number % PEOPLE
                address = f"p{who}@s{urn}.school.example"
                writer.writerow([urn, slug, address, f"Person {who}", "", "", "", "", ""])
                count += 1
    return count


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
