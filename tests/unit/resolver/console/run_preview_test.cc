#include "resolver/console/run_preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::RunPreview OneUsed() {
  v1::RunPreview preview;
  v1::PreviewedDataset& used = *preview.add_used();
  used.set_site("north");
  used.set_dataset("old");
  used.set_records(1234);
  return preview;
}

TEST(RunPreview, ShowsWhatTheRunWillUse) {
  const std::string html = PreviewOf(OneUsed()).Finish();
  EXPECT_THAT(html, HasSubstr("What the run will use"));
  EXPECT_THAT(html, HasSubstr("1,234"));
  EXPECT_THAT(html, Not(HasSubstr("leave out")));
  EXPECT_THAT(html, Not(HasSubstr("class=\"note")));
}

TEST(RunPreview, SaysWhyADatasetIsLeftOut) {
  v1::RunPreview preview = OneUsed();
  v1::PreviewedDataset& left_out = *preview.add_left_out();
  left_out.set_site("north");
  left_out.set_dataset("new");
  left_out.set_why("it has the token key of epoch 2");
  const std::string html = PreviewOf(preview).Finish();
  EXPECT_LT(html.find("What the run will leave out"), html.find(">new<"));
  EXPECT_THAT(html, HasSubstr("it has the token key of epoch 2"));
}

TEST(RunPreview, SaysBeforeTheRunWhatToKnow) {
  v1::RunPreview preview = OneUsed();
  preview.add_notices("the index does not fit in memory");
  preview.add_sites_without("south");
  const std::string html = PreviewOf(preview).Finish();
  EXPECT_THAT(html, HasSubstr("the index does not fit in memory"));
  EXPECT_THAT(html, HasSubstr("nothing of south"));
}

}  // namespace
}  // namespace blindlink::resolver
