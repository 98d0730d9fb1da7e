# Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.
