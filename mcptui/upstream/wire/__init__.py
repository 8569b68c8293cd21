"""HTTP/1.1 towards servers: no more of it than the relay's path needs."""
