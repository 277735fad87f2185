"""K92: two purposes."""

FIRES = [
    {
        "kind": "data_request",
        "title": "Kitchen survey",
        "body": "Please tell us how many ovens your kitchen has.\n\nOn a separate matter, please "
        "also tell us the names of your governors.",
    },
]
SILENT = [{"kind": "data_request", "body": "Please tell us how many ovens your kitchen has."}]
