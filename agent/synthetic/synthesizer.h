#pragma once

#include <cstdint>
#include <vector>

#include "agent/synthetic/coded_table.h"
#include "agent/synthetic/noisy_counter.h"

namespace blindlink::agent {

struct SynthesizedTable {
  CodedTable table;
  double total = 0;  // rows of the data, as far as noisy counts tell
  // What share of the rows the noise of a column's counts would misplace if nothing were done about
  // it, on average; 0: nothing, 1: all.
  double noise = 0;
  std::vector<ColumnPair> tree;   // pairs that were measured: first a tree of them,
  std::vector<ColumnPair> extra;  // then those that the tree describes worst
};

// Makes a table like the counter's, for at most `rho`, in the manner of MST (McKenna, Miklau,
// Sheldon 2021): every column, then a tree of pairs and further pairs, chosen by what they would
// correct, are counted with noise; the noise is reduced by what is known of it (denoise.h); rows
// are drawn from the tree and fitted to all pairs (row_fit.h). `rows` 0: `total` rows.
SynthesizedTable SynthesizeTable(const std::vector<Domain>& domains, NoisyCounter& counter,
                                 double rho, uint64_t rows, RandomSource& random);

}  // namespace blindlink::agent
