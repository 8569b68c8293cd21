"""Other programs: servers taken over from them, and the gateway installed into them."""
