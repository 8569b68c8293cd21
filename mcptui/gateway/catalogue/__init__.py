"""What there is: servers, views, pages, and the cache of their lists."""
