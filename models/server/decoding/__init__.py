"""How pictures are opened: in processes of their own, in two lanes, and in turns among askers."""
