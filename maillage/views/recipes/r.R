library(sf)

atlas <- "https://atlas.exemple.fr/api/v1"
rates <- read.csv2(paste0(atlas, "/indicators/densite/values?format=csv"),
                   colClasses = c(code = "character"), fileEncoding = "UTF-8-BOM")
shapes <- st_read(paste0(atlas, "/territories?level=departement&format=geojson"))
table <- merge(shapes, rates[, c("code", "value", "unit", "year", "bound", "basis", "source")], by = "code")
plot(table["value"])
