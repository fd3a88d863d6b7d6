"""What every page shares: layout, language, headers, errors, forms and the quick way out."""
