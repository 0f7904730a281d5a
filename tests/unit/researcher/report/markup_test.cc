#include "researcher/report/markup.h"

#include <gtest/gtest.h>

namespace blindlink::researcher {
namespace {

TEST(Markup, TextsAndAttributesAreEscaped) {
  Markup page;
  page.Open("p", {{"title", "\"a\" & 'b'"}}).Text("1 < 2 > 0").Close();
  EXPECT_EQ(page.Finish(), "<p title=\"&quot;a&quot; &amp; &#39;b&#39;\">1 &lt; 2 &gt; 0</p>\n\n");
}

TEST(Markup, ElementsAreClosedInTheirOrder) {
  Markup page;
  page.Open("div").Empty("hr").Element("b", "x").Close();
  EXPECT_EQ(page.Finish(), "<div><hr/><b>x</b>\n</div>\n\n");
}

TEST(Markup, WhatIsNoTextBecomesAReplacementCharacter) {
  const std::string replacement = "\xef\xbf\xbd";
  EXPECT_EQ(EscapeMarkup("a\x01z"), "a" + replacement + "z");
  EXPECT_EQ(EscapeMarkup("a\xff"), "a" + replacement);
  EXPECT_EQ(EscapeMarkup("cut \xe8\x8a"), "cut " + replacement);
  EXPECT_EQ(EscapeMarkup("花\t\n"), "花\t\n");
}

}  // namespace
}  // namespace blindlink::researcher
