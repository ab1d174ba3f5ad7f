"""What a browser sees; a folder a room of the pages."""
