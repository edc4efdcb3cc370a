"""Tables, engines, migrations and all queries; SQLite and PostgreSQL behind one face."""
