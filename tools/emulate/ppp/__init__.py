"""A PPP peer in user space: what a board says on its serial line ends at 127.0.0.1."""
