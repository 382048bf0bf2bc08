"""Learning from the rows of a table: read, learned with fastai's tabular and collaborative learners, reported."""
