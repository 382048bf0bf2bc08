"""Training from where the person is: pictures collected, one training at a time in a process of its own, published."""
