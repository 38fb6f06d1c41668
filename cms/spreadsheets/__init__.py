"""Records in and out as spreadsheets. What is read stands in `reading`, what goes out in `export`."""
