"""The doors an agent is given, by what they are about; importing a module registers its tools."""
