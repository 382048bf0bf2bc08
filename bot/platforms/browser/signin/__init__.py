"""Signing in on the page by somebody who vouches for people: an OpenID provider, or a proxy with a login of its own."""
