"""What holds for every file of the house, whoever writes it; needs no Django and no database."""
