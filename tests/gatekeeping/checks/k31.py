"""K31: post or loose files."""

FIRES = [
    {"body": "Fax the form back to us."},
    {"kind": "data_request", "reply_by": "post", "body": "Please post the form to us."},
]
SILENT = [
    {"kind": "data_request", "reply_by": "portal", "body": "Please answer in the portal."},
    {"body": "Read the sign by the post office. Our fax number has changed."},
]
