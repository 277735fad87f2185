"""Very many documents, loaded in bulk: what two and a half years of sharing leave behind."""
