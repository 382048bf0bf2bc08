"""How replies look in Slack: blocks, modals, what is typed, all within its limits."""
