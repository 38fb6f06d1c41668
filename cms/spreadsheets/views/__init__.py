"""The pages of an import: each shows what the batch waits for, whenever and in how many windows it is open."""
