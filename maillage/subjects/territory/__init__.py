"""A set of communes, of a CPTS or of a draft: what is known of it, around it, inside it."""
