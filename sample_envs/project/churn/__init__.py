"""The project's own code: what it knows about customers who leave."""
