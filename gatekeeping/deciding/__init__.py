"""Deciding a submission: who may, what is missing, the verbs, the queue."""
