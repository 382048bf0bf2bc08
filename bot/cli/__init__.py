"""The commands of `studybot`."""
