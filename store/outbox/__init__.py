"""Messages on their way: rows under fenced leases, claimed by processes that hold a sign of life."""
