"""The database: the connection, the tables, how they grew, and backups."""
