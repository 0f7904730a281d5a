# Reads the files of blindlink-researcher with base R:
#
#   Rscript read_results.R PAIRS.csv[.zst] [TRUTH.csv]
#
# Prints the pairs by rule and, with a truth (site, record, person), sensitivity and PPV across sites with Wilson's
# intervals. A .zst file needs the program zstd. The SHA-256 is compared with the manifest if sha256sum is there.

read_result <- function(file) {
  manifest <- paste0(file, ".manifest.json")
  if (file.exists(manifest)) verify(file, manifest) else warning(file, " has no manifest: nothing says that it is whole")
  # As text: a pseudonym such as 00e1... is not a number.
  source <- if (endsWith(file, ".zst")) pipe(paste("zstd -dcq", shQuote(file))) else file
  read.csv(source, colClasses = "character", check.names = FALSE, na.strings = character())
}

verify <- function(file, manifest) {
  text <- paste(readLines(manifest, warn = FALSE), collapse = "\n")
  expected <- sub('.*"sha256": *"([0-9a-f]{64})".*', "\\1", text)
  if (Sys.which("sha256sum") == "") {
    warning("sha256sum is missing: ", file, " was not compared with its manifest")
  } else if (!startsWith(system2("sha256sum", shQuote(file), stdout = TRUE), expected)) {
    stop(file, " is not the file that its manifest describes: fetch it again")
  }
  # What speaks against the result: a note of the resolver, other rules than before, doubts of the run.
  quoted <- '"([^"\\\\]|\\\\.)*"'
  list <- paste0('"warnings": *\\[\\s*(', quoted, '[,\\s]*)+\\]')
  for (part in c(paste0('"note": *', quoted), '"changed": *true', list)) {
    for (found in regmatches(text, regexpr(part, text, perl = TRUE))) warning(gsub("\\s+", " ", found), call. = FALSE)
  }
}

wilson <- function(hits, total) {
  z <- qnorm(0.975)
  p <- hits / total
  half <- z * sqrt(p * (1 - p) / total + z^2 / (4 * total^2))
  c(p, (p + z^2 / (2 * total) + c(-half, half)) / (1 + z^2 / total))
}

evaluate <- function(pairs, truth) {
  id <- function(site, record) paste(site, record, sep = "\r")
  person <- setNames(truth$person, id(truth$site, truth$record))
  left <- id(pairs$left_site, pairs$left_record)
  right <- id(pairs$right_site, pairs$right_record)
  judged <- pairs$left_site != pairs$right_site & left %in% names(person) & right %in% names(person) &
    !duplicated(paste(pmin(left, right), pmax(left, right), sep = "\n"))
  tp <- sum(person[left[judged]] == person[right[judged]])
  counts <- table(truth$person, truth$site)
  true_pairs <- sum(choose(rowSums(counts), 2) - rowSums(choose(counts, 2)))
  list(sensitivity = wilson(tp, true_pairs), ppv = wilson(tp, sum(judged)))
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) == 0) stop("usage: Rscript read_results.R PAIRS.csv[.zst] [TRUTH.csv]")
pairs <- read_result(arguments[1])
cat(nrow(pairs), "pairs\n")
print(table(rule = pairs$rule, level = pairs$level))
if (length(arguments) > 1) {
  found <- evaluate(pairs, read.csv(arguments[2], colClasses = "character"))
  for (name in names(found)) cat(sprintf("%s %.6f (%.6f to %.6f)\n", name, found[[name]][1], found[[name]][2], found[[name]][3]))
}
