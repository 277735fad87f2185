"""How the list of categories changes: put up, compared, corrected, applied, and followed later."""
