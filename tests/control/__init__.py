"""Control: guard, decision, dispatch and conversation."""
