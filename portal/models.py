"""Every table of the product, imported in one place for migrations, tests and the factory."""

from categories import models as categories
from categories import models_versions as versions
from categories.bulk import models as owner_files
from directory import models as directory
from directory import models_calendar as calendar
from directory import models_mail as post
from directory import models_updates as updates
from foundation import audit, outbox
from foundation.model import Base
from gatekeeping import models as gatekeeping
from gatekeeping.law import models as law
from notifications import models as notifications
from notifications import models_documents as documents
from notifications import models_mail as mail
from notifications import models_reaching as reaching
from notifications import models_reading as reading
from portal.library import models as library
from portal.signin import models as signin
from portal.staff import models as staff

__all__ = [
    "Base",
    "audit",
    "calendar",
    "categories",
    "directory",
    "documents",
    "gatekeeping",
    "law",
    "library",
    "mail",
    "notifications",
    "outbox",
    "owner_files",
    "post",
    "reaching",
    "reading",
    "signin",
    "staff",
    "updates",
    "versions",
]
