"""The card: a QR code and a typed code that open the page without a login."""
