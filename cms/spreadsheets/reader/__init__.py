"""The process that touches the file. It knows no database, no settings and no secret of the site.

Started by cms.spreadsheets.reading.process with an order (what to do, path, limits) as its only argument; it
answers on its standard output in lines of JSON. Calamine keeps a whole sheet in memory and a damaged one can
end the process: here that ends this process only. Nothing here imports Django, which would
take longer to start than most files to read.
"""
