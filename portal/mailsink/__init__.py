"""The mail sink of the embedded mode: catches every e-mail and shows it on a page."""
