# Who spoke on what, phase by phase. Make the file first:
#   rostrum export '' --shape panel --period phase -o panel.csv
panel <- read.csv("panel.csv", encoding = "UTF-8", stringsAsFactors = FALSE)
panel <- panel[panel$period != "" & panel$topic != "", ]
table <- xtabs(statements ~ topic + period, panel)
print(table)
print(head(sort(tapply(panel$statements, panel$actor, sum), decreasing = TRUE), 5))
png("phases.png")
barplot(table, beside = TRUE, legend.text = rownames(table), ylab = "statements")
invisible(dev.off())
