# Short names for the chores; each is one command that works without just, too.

# List the recipes.
default:
    @just --list

# Run the server on the demo competition.
run:
    cargo run -- serve --demo

# All tests, with a PostgreSQL server made for them.
test *args:
    cargo xtask test -- {{ args }}

# Formatting, lints and, where cargo-deny is installed, the dependencies.
check:
    cargo xtask check

# Write the OpenAPI document anew.
openapi:
    cargo run --quiet -- openapi > openapi/openapi.json
