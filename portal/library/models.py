"""What still has to go into the search index, and the index itself on PostgreSQL."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, BigId, InAuthority, Key

Vector = sa.Text().with_variant(TSVECTOR(), "postgresql")


class IndexChange(InAuthority, Base):
    """A notice that the search index does not hold yet, or holds as it used to be.

    Written with the change itself; deleted once the index has it. The same notice may stand here
    twice: putting it into the index again changes nothing.
    """

    __tablename__ = "index_change"

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"))


class SearchEntry(Base):
    """The words of a notice, for searching on PostgreSQL; on SQLite the table stays empty.

    It holds stems and their places, no texts, and says by a word of its own to which authority it
    belongs. It has no row security on purpose: PostgreSQL answers no full-text question from an
    index where a policy stands before it (its operator is not leakproof), and reading each row
    takes seconds. Nobody reads it alone: the one statement that does joins ``delivery``, which is
    guarded.
    """

    __tablename__ = "search_entry"
    __table_args__ = (sa.Index("ix_search_entry_words", "words", postgresql_using="gin"),)

    notice_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("notice.id"), primary_key=True, autoincrement=False
    )
    format: Mapped[int]
    """How it was made: an entry of another format counts as missing and is made anew."""
    title: Mapped[str] = mapped_column(Vector)
    words: Mapped[str] = mapped_column(Vector)
    """Weighted: A the title, B number, sender, categories and names of files, C the text, D the
    words of the files."""
