"""What a page or a document says, one room a subject: asks queries, applies methods, returns records. Draws nothing."""
