"""K30: ink and paper."""

FIRES = [{"body": "A wet signature is needed."}, {"body": "Print, sign and scan the form."}]
SILENT = [{"body": "No wet signature is needed."}, {"body": "Recycle your printer ink cartridges."}]
