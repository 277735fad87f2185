"""K40: hard to read."""

FIRES = [{"body": "We ask that " + "schools and their governors " * 20 + "consider this."}]
SILENT = [
    {"kind": "data_request", "body": "It has number 888-2627-D-00417-Y. Answer by 4 May 2027."},
    {
        "kind": "data_request",
        "body": "How many trees did you plant? Answer in the portal by 29 January 2027.",
    },
    {"kind": "data_request", "body": "It is easy. Answer in the portal by 29 January 2027."},
    {"body": "The new menus are here. Please put them up by 4 December 2026."},
]
