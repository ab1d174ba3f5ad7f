"""What people see: thin views over the services, presenters that say what a template shows."""
