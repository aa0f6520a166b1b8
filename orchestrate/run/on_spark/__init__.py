"""A build whose models Spark makes: `trigpoint build --engine spark`."""
