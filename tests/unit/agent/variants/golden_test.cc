#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/standardize.h"
#include "agent/variants/variants.h"
#include "common/plan/standardizer_version.h"

namespace blindlink {
namespace {

// The texts of all values of `raw` in `form`, joined by '|'; what is not usable by its reason.
std::string Texts(v1::Standardizer standardizer, v1::Form form, const std::string& raw) {
  const StandardizeResult result = Standardize(standardizer, raw, {});
  if (result.state == ValueState::kMissing) return "(missing)";
  if (result.state != ValueState::kUsable) return "(" + std::string(result.reason) + ")";
  std::vector<std::string> texts;
  for (const StandardValue& value : result.values) AppendForm(form, standardizer, value, &texts);
  return absl::StrJoin(texts, "|");
}

// A changed line makes other tokens: raise kStandardizerVersion with it.
TEST(GoldenTest, EveryStandardFormAndVariantIsAsPublishedForThisVersion) {
  ASSERT_EQ(std::string(kStandardizerVersion), "1");
  std::ifstream in(std::string(BLINDLINK_SOURCE_DIR) + "/tests/golden/standardize.tsv");
  ASSERT_TRUE(in);
  std::string line;
  int cases = 0;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    ASSERT_EQ(cells.size(), 4u) << line;
    v1::Standardizer standardizer;
    v1::Form form;
    ASSERT_TRUE(v1::Standardizer_Parse(cells[0], &standardizer)) << line;
    ASSERT_TRUE(v1::Form_Parse(cells[1], &form)) << line;
    EXPECT_EQ(Texts(standardizer, form, cells[2]), cells[3]) << line;
    ++cases;
  }
  EXPECT_GT(cases, 150);
}

}  // namespace
}  // namespace blindlink
