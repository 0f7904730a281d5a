#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "agent/risk/hierarchy.h"
#include "agent/risk/recoding_problem.h"
#include "common/base/mix.h"
#include "gtest/gtest.h"

namespace blindlink::agent {

// A file with this text in the test's folder; returns its path.
inline std::string WriteSample(const std::string& name, const std::string& text) {
  std::string path = testing::TempDir() + "/agent_risk_" + name;
  std::ofstream(path) << text;
  return path;
}

// Three columns of numbers in ranges, with invented rows.
struct SampleProblem {
  std::vector<Hierarchy> trees;
  RecodingProblem problem;
};

inline SampleProblem MakeSampleProblem(size_t rows, uint32_t k) {
  SampleProblem sample;
  const int64_t sizes[] = {2, 16, 100};
  for (const int64_t size : sizes) {
    sample.trees.push_back(*MakeNumberHierarchy(0, size - 1, 1));
  }
  sample.problem.k = k;
  sample.problem.row_count = rows;
  sample.problem.cells.resize(rows * 3);
  for (size_t q = 0; q < 3; ++q) {
    std::vector<NodeId> cells;
    for (size_t i = 0; i < rows; ++i) {
      const auto value = Mix64(i * 3 + q) % static_cast<uint64_t>(sizes[q]);
      cells.push_back(sample.trees[q].Find(std::to_string(value)));
      sample.problem.cells[i * 3 + q] = cells.back();
    }
    sample.problem.columns.push_back(MakeRecodingColumn(sample.trees[q], cells, 1));
  }
  return sample;
}

}  // namespace blindlink::agent
