"""Files of models: checked arrays written as bytes, and read back."""
