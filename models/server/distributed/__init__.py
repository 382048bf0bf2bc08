"""The service on several machines or GPUs: a gateway in front of replicas, each a whole service without a socket."""
