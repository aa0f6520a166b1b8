"""What dbt did in the last build, kept to do it again without dbt while the project stays the same."""
