"""What the Makefile runs for people who change the product: checks, tests, soak. Nothing serves from here."""
