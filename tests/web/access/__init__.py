"""Who gets which answer: one table for every address of the project, and a walk that asks for each cell."""
