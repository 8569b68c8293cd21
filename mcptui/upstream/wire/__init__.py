"""HTTP/1.1 towards servers: no more of it than the relay's path needs, at a third of a full client's cost."""
