"""What still has to go into the search index."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from foundation.model import Base, InAuthority, Key


class IndexChange(InAuthority, Base):
    """A notice that the search index does not hold yet, or holds as it used to be.

    Written with the change itself; deleted once the index has it. The same notice may stand here
    twice: putting it into the index again changes nothing.
    """

    __tablename__ = "index_change"

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"))
