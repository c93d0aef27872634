"""Record data as events and back: schema, careful reader, writer."""
