"""Course packs on disk, and notes that become packs."""
