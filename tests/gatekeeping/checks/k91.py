"""K91: something is sold."""

FIRES = [
    {
        "title": "Statutory safety inspection",
        "body": "Schools must buy our inspection package: only £450 a year. Book now.",
    },
]
SILENT = [{"body": "The new menus are here. There is no charge."}]
