"""K91: something is sold."""

FIRES = [
    {"body": "Subscribe to our premium service from £500 a year."},
    {
        "title": "Statutory safety inspection",
        "body": "Schools must buy our inspection package: only £450 a year. Book now.",
    },
]
SILENT = [{"body": "The new menus are here. There is no charge."}]
