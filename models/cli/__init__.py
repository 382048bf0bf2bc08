"""The commands of `studybot models`."""
