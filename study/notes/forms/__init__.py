"""The forms that notes take, one file each: headings, paragraphs, lists, quotations, tables, folds, answer keys."""
