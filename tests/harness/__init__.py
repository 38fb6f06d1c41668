"""What every test stands on: the database, the cache, logins and the browser, as pytest plugins."""
