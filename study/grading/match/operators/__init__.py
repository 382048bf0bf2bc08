"""The operators of the rubric language, one file each; a file that is put here is found."""
