"""What a young person sends by text, link or QR, and who hears of it."""
