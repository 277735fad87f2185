"""K41: the wrong label."""

FIRES = [{"body": "Please tell us how many pupils walk to school. Answer by Friday."}]
SILENT = [
    {"kind": "data_request", "body": "Please complete the survey."},
    {"body": "Menus are out."},
]
