"""What follows from the contracts; `npm run generate` writes it."""
