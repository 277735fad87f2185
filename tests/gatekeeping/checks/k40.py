"""K40: hard to read."""

FIRES = [{"body": "We ask that " + "schools and their governors " * 20 + "consider this."}]
SILENT = [{"body": "The new menus are here. Please put them up by 4 December 2026."}]
