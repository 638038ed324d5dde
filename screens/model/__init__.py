"""What the screens and the plain walk share: instances, answers, children and what comes next; no Textual here."""
