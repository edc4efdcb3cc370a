"""Loading a desk's editable files, one kind of file a module; a file is taken whole or refused whole."""
