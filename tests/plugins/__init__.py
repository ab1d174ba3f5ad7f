"""What the tests stand on: servers, databases and processes of their own."""
