"""The gateway's control API: the declaration of its methods, their form on the wire, and the client."""
