#include "resolver/console/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(EscapeHtml, LeavesWordsOfAllLanguagesAsTheyAre) {
  EXPECT_EQ(EscapeHtml("Müller, 田中, 👩‍⚕️ 3 %\tand\nmore"),
            "Müller, 田中, 👩‍⚕️ 3 %\tand\nmore");
}

TEST(EscapeHtml, MakesTextOfWhateverHasAMeaningInAPage) {
  EXPECT_EQ(EscapeHtml("<b title=\"a\" id='b'>&amp;</b>"),
            "&lt;b title=&quot;a&quot; id=&#39;b&#39;&gt;&amp;amp;&lt;/b&gt;");
}

TEST(EscapeHtml, ReplacesControlCharactersAndWhatIsNotUtf8) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(EscapeHtml(std::string("a\0b\x1b[31m\x7f", 9)),
            "a" + replacement + "b" + replacement + "[31m" + replacement);
  EXPECT_EQ(EscapeHtml("\xC0\xBC"), replacement + replacement);  // '<' in two bytes
  EXPECT_EQ(EscapeHtml("\xED\xA0\x80"), replacement + replacement + replacement);  // a surrogate
  EXPECT_EQ(EscapeHtml("x\xE2\x82"), "x" + replacement + replacement);             // cut off
  EXPECT_EQ(EscapeHtml("\xF4\x90\x80\x80<"),
            replacement + replacement + replacement + replacement + "&lt;");
}

TEST(Html, EscapesTextAndAttributes) {
  Html html;
  html.Element("a", "<script>", {{"href", "\"><script>"}});
  EXPECT_EQ(html.Finish(), "<a href=\"&quot;&gt;&lt;script&gt;\">&lt;script&gt;</a>");
}

TEST(Html, ClosesWhatIsOpenFromTheInside) {
  Html html;
  html.Open("ul").Open("li").Text("one");
  EXPECT_EQ(html.Finish(), "<ul><li>one</li></ul>");
}

TEST(Html, KeepsAPieceThatIsAddedApartFromItself) {
  Html piece;
  piece.Open("p").Text("inner");
  Html html;
  html.Open("div").Add(piece).Text("after");
  EXPECT_EQ(html.Finish(), "<div><p>inner</p>after</div>");
}

TEST(Html, IgnoresAnEndTooMany) {
  Html html;
  html.Open("p").Close().Close();
  EXPECT_THAT(html.Finish(), Not(HasSubstr("</p></p>")));
}

}  // namespace
}  // namespace blindlink::resolver
