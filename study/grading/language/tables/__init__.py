"""The languages that answers are graded in: one file each, which fills a `Language`."""
