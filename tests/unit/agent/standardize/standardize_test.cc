#include "agent/standardize/standardize.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

bool IsUnknown(v1::Standardizer standardizer) {
  const StandardizeResult result = Standardize(standardizer, "12", {});
  return result.reason != nullptr && absl::string_view(result.reason) == "unknown-standardizer";
}

TEST(StandardizeTest, EveryStandardizerHasAFunction) {
  for (int i = v1::Standardizer_MIN; i <= v1::Standardizer_MAX; ++i) {
    if (i == v1::STANDARDIZER_UNSPECIFIED || !v1::Standardizer_IsValid(i)) continue;
    EXPECT_FALSE(IsUnknown(static_cast<v1::Standardizer>(i)))
        << v1::Standardizer_Name(static_cast<v1::Standardizer>(i))
        << " has no row in agent/standardize/standardize.cc";
  }
}

TEST(StandardizeTest, AStandardizerOfAnotherBuildGivesNoValue) {
  EXPECT_TRUE(IsUnknown(v1::STANDARDIZER_UNSPECIFIED));
  EXPECT_TRUE(IsUnknown(static_cast<v1::Standardizer>(v1::Standardizer_MAX + 1)));
  EXPECT_TRUE(IsUnknown(static_cast<v1::Standardizer>(-1)));
}

TEST(StandardizeTest, TextThatIsNotUtf8IsInvalidForEveryStandardizer) {
  EXPECT_STREQ(Standardize(v1::SURNAME, "\xff\xfe", {}).reason, "not-utf-8");
  EXPECT_STREQ(Standardize(v1::SSN, "\xff\xfe", {}).reason, "not-utf-8");
}

}  // namespace
}  // namespace blindlink::agent
