"""The start page, which sends everybody to their own work; all pages; those in the footer."""

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from directory.access import Access, access_of, anyone, hat, needs
from portal.all_pages import SECTIONS, listing
from portal.navigation import NAVIGATION, WORDS

bp = Blueprint("home", __name__)


@bp.get("/")
@anyone()
def index() -> ResponseReturnValue:
    """Send a signed-in person to the first page of their role, anybody else to signing in."""
    if g.get("portal_person_values") is None:
        return redirect(url_for("signin.start"))
    if g.get("portal_hat") is None:
        return redirect(url_for("signin.choose"))
    return redirect(url_for(NAVIGATION[g.portal_hat.role][0]))


@bp.get("/pages")
@needs()
def pages() -> ResponseReturnValue:
    """List every page that the person may open from here, and what each is for."""
    views = current_app.view_functions
    ways = {page: access_of(views[page]) or Access() for each in SECTIONS for page in each.pages}
    return render_template("home/pages.html", sections=listing(hat(), ways), words=WORDS)


@bp.get("/privacy")
@anyone()
def privacy() -> ResponseReturnValue:
    """Say what the portal keeps about people, and why."""
    return render_template("home/privacy.html")


@bp.get("/accessibility")
@anyone()
def accessibility() -> ResponseReturnValue:
    """Say how accessible the portal is and whom to tell of a problem."""
    return render_template("home/accessibility.html")
