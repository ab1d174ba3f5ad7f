"""A draft that is no row: the text in somebody's hands, the rules to compare with, rules made of what a form says."""
