"""What things are and the rules they obey: pure Python, no Django, no broker, no database."""
