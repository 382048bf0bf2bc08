"""Draws the pictures of the documents from what the program really says.

python -m docs.pictures            draws them, with Chromium
python -m docs.pictures --check    exits 1, naming each picture that shows what is no longer said; with Chromium too
"""
