"""The bench in the browser: its addresses, who may come to it, and its forms."""
