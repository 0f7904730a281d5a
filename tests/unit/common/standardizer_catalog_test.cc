#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/plan/standardizer_catalog.h"
#include "common/score/code_levels.h"

namespace blindlink {
namespace {

using testing::StrEq;

// Every standardizer a plan can name.
std::vector<v1::Standardizer> Standardizers() {
  std::vector<v1::Standardizer> standardizers;
  for (int i = v1::Standardizer_MIN; i <= v1::Standardizer_MAX; ++i) {
    if (i == v1::STANDARDIZER_UNSPECIFIED || !v1::Standardizer_IsValid(i)) continue;
    standardizers.push_back(static_cast<v1::Standardizer>(i));
  }
  return standardizers;
}

TEST(StandardizerCatalog, EveryStandardizerHasARow) {
  for (const v1::Standardizer standardizer : Standardizers()) {
    EXPECT_EQ(TraitsOf(standardizer).standardizer, standardizer)
        << v1::Standardizer_Name(standardizer) << " has no row in the catalog";
  }
}

TEST(StandardizerCatalog, AStandardizerOfAnotherBuildOffersNothing) {
  const auto unknown = static_cast<v1::Standardizer>(v1::Standardizer_MAX + 1);
  EXPECT_TRUE(TraitsOf(unknown).forms.empty());
  EXPECT_TRUE(TraitsOf(unknown).codes.empty());
  EXPECT_TRUE(TraitsOf(static_cast<v1::Standardizer>(-1)).forms.empty());
}

TEST(StandardizerCatalog, EveryStandardizerOffersExactAndNoFormTwice) {
  for (const v1::Standardizer standardizer : Standardizers()) {
    const StandardizerTraits& traits = TraitsOf(standardizer);
    EXPECT_TRUE(Offers(standardizer, v1::EXACT)) << v1::Standardizer_Name(standardizer);
    EXPECT_TRUE(Offers(standardizer, traits.min_hash_form)) << v1::Standardizer_Name(standardizer);
    EXPECT_EQ(std::set<v1::Form>(traits.forms.begin(), traits.forms.end()).size(),
              traits.forms.size())
        << v1::Standardizer_Name(standardizer);
  }
}

TEST(StandardizerCatalog, EveryStandardizerGivesCodesInFullAndInBriefAndNoKindTwice) {
  for (const v1::Standardizer standardizer : Standardizers()) {
    std::set<EvidenceKind> kinds;
    size_t in_brief = 0;
    for (const CodeOf& code : TraitsOf(standardizer).codes) {
      EXPECT_TRUE(kinds.insert(code.kind).second) << v1::Standardizer_Name(standardizer);
      EXPECT_GE(code.bits, 1u);
      EXPECT_LE(code.bits, 8u);
      in_brief += code.in_brief ? 1 : 0;
    }
    EXPECT_GT(in_brief, 0u) << v1::Standardizer_Name(standardizer);
  }
}

TEST(StandardizerCatalog, AKindThatIsComparedCrosswiseHasTheSameBitsInEveryField) {
  std::map<EvidenceKind, unsigned> bits;
  for (const v1::Standardizer standardizer : Standardizers()) {
    for (const CodeOf& code : TraitsOf(standardizer).codes) {
      if (code.kind == EvidenceKind::kExact) continue;  // compared with its own field only
      EXPECT_EQ(bits.emplace(code.kind, code.bits).first->second, code.bits)
          << v1::Standardizer_Name(standardizer);
    }
  }
  EXPECT_EQ(bits[EvidenceKind::kFirstPart], bits[EvidenceKind::kLastPart]);
  EXPECT_EQ(bits[EvidenceKind::kMonth], bits[EvidenceKind::kDay]);
}

TEST(StandardizerCatalog, EveryStandardizersCodesAreReadAsLevelsFromMissingOverDiffersToExact) {
  for (const v1::Standardizer standardizer : Standardizers()) {
    const Comparison comparison = TraitsOf(standardizer).comparison;
    const CodeLevels& levels = CodeLevelsOf(comparison);
    ASSERT_GE(levels.names.size(), 3u) << v1::Standardizer_Name(standardizer);
    EXPECT_LE(levels.names.size(), 16u);  // four bits
    EXPECT_THAT(levels.names[0], StrEq("missing"));
    EXPECT_THAT(levels.names[1], StrEq("differs"));
    EXPECT_THAT(levels.names.back(), StrEq("exact"));
    EXPECT_EQ(levels.level == nullptr, IsPlace(comparison)) << v1::Standardizer_Name(standardizer);
  }
}

TEST(StandardizerCatalog, ALevelFunctionReachesExactWhenAllCodesAgree) {
  for (const v1::Standardizer standardizer : Standardizers()) {
    const CodeLevels& levels = CodeLevelsOf(TraitsOf(standardizer).comparison);
    if (levels.level == nullptr) continue;
    v1::LinkagePlan plan;
    plan.add_fields()->set_name("field");
    plan.mutable_fields(0)->set_standardizer(standardizer);
    plan.add_evidence()->set_field("field");
    const EvidenceLayout layout(plan, {});
    const CodePositions positions(layout, 0, standardizer);
    EvidenceBits bits;
    bits.compared = (uint64_t{1} << layout.items().size()) - 1;
    EXPECT_EQ(levels.level(ComparedCodes(positions, bits)), levels.names.size() - 1)
        << v1::Standardizer_Name(standardizer);
    bits.differs = bits.compared;
    EXPECT_EQ(levels.level(ComparedCodes(positions, bits)), 1u)
        << v1::Standardizer_Name(standardizer);
    EXPECT_EQ(levels.level(ComparedCodes(positions, EvidenceBits())), 0u)
        << v1::Standardizer_Name(standardizer);
  }
}

TEST(StandardizerCatalog, ChancesAreShares) {
  for (const v1::Standardizer standardizer : Standardizers()) {
    const ScoredTraits& scored = TraitsOf(standardizer).scored;
    EXPECT_GT(scored.usual_chance, 0) << v1::Standardizer_Name(standardizer);
    for (const double share : {scored.usual_chance, scored.shared_by_twins,
                               scored.shared_by_namesakes, scored.shared_by_number}) {
      EXPECT_GE(share, 0) << v1::Standardizer_Name(standardizer);
      EXPECT_LT(share, 1) << v1::Standardizer_Name(standardizer);
    }
  }
}

}  // namespace
}  // namespace blindlink
