#include "agent/clinical/terms/japanese_term.h"

#include <gtest/gtest.h>

#include "agent/clinical/terms/term_words.h"

namespace blindlink::agent {
namespace {

std::string Spelling(absl::string_view name) { return JapaneseSpelling(FoldTerm(name)); }

TEST(JapaneseTermTest, WidthAndKanaForKanjiDoNotCount) {
  EXPECT_EQ(Spelling("ｱﾚﾙｷﾞｰ性鼻炎"), Spelling("アレルギー性鼻炎"));
  EXPECT_EQ(Spelling("大腸がん"), Spelling("大腸癌"));
  EXPECT_EQ(Spelling("十二指腸潰よう"), Spelling("十二指腸潰瘍"));
  EXPECT_EQ(Spelling("Ⅱ型糖尿病"), Spelling("2型糖尿病"));
}

TEST(JapaneseTermTest, MarkersAreTakenOut) {
  const JapaneseName doubt = ReadJapaneseMarkers(FoldTerm("膵癌（疑い）"));
  EXPECT_EQ(doubt.certainty, Certainty::kSuspected);
  EXPECT_EQ(doubt.core, "膵癌");
  const JapaneseName side = ReadJapaneseMarkers(FoldTerm("左 白内障術後"));
  EXPECT_EQ(side.side, Side::kLeft);
  EXPECT_EQ(side.core, "白内障");
  EXPECT_EQ(side.certainty, Certainty::kDefinite);
}

TEST(JapaneseTermTest, ReadingsMeetNamesInKanji) {
  EXPECT_EQ(JapaneseReading(FoldTerm("まんせいいえん")), JapaneseReading(FoldTerm("慢性胃炎")));
}

}  // namespace
}  // namespace blindlink::agent
