"""Rules of the pure core: no Django, no database, no broker."""
