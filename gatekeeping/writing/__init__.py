"""An officer's side: drafting, endorsing, submitting, answering."""
