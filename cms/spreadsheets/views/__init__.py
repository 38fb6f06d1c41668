"""The pages of an import: each shows what the batch waits for, whenever and wherever it is opened."""
