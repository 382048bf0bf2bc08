"""From a picture to an answer: pictures read, prepared, predicted and explained."""
