"""What every package stands on: database, outbox, audit trail, clock, files, settings, forms."""
