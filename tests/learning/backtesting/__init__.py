"""Rules tried on recorded verdicts: brought back exactly, or said to be lost."""
