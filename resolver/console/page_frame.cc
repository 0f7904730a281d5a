#include "resolver/console/page_frame.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

struct Destination {
  const char* address;
  const char* title;
  const char* method;  // who may call it may open the page
};
constexpr Destination kDestinations[] = {
    {"/projects", "Projects", "/blindlink.v1.Project/ListProjects"},
    {"/audit", "Audit log", "/blindlink.v1.Audit/ExportEntries"},
    {"/health", "Health", "/blindlink.v1.Overview/GetHealth"},
};

void AddNavigation(const Party& visitor, absl::string_view address, Html* html) {
  html->Open("nav", {{"aria-label", "Console"}}).Open("ul");
  for (const Destination& there : kDestinations) {
    if (!MayCall(visitor.role, there.method)) continue;
    Attributes attributes = {{"href", there.address}};
    if (absl::StartsWith(address, there.address)) {
      attributes.push_back({"aria-current", address == there.address ? "page" : "true"});
    }
    html->Open("li").Element("a", there.title, attributes).Close();
  }
  html->Close().Close();
}

void AddHeader(const Party& visitor, absl::string_view address, Html* html) {
  html->Open("header", {{"class", "top"}}).Open("div");
  html->Open("a", {{"class", "mark"}, {"href", "/projects"}})
      .Markup(
          "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><g fill=\"none\" "
          "stroke=\"currentColor\" "
          "stroke-width=\"2.4\"><circle cx=\"8.5\" cy=\"12\" r=\"5.6\"/><circle cx=\"15.5\" "
          "cy=\"12\" r=\"5.6\"/></g></svg>")
      .Element("span", "Blindlink")
      .Close();
  AddNavigation(visitor, address, html);
  html->Open("div", {{"class", "who"}})
      .Text(absl::StrCat(NameOf(visitor.role), " "))
      .Element("strong", visitor.name)
      .Close();
  html->Close().Close();
}

void AddCrumbs(const std::vector<Crumb>& crumbs, Html* html) {
  if (crumbs.empty()) return;
  html->Open("nav", {{"class", "crumbs"}, {"aria-label", "Where you are"}}).Open("ol");
  html->Open("li").Element("a", "Projects", {{"href", "/projects"}}).Close();
  for (const Crumb& crumb : crumbs) {
    html->Open("li");
    if (crumb.address.empty()) {
      html->Element("span", crumb.title, {{"aria-current", "page"}});
    } else {
      html->Element("a", crumb.title, {{"href", crumb.address}});
    }
    html->Close();
  }
  html->Close().Close();
}

}  // namespace

std::string Document(const Page& page, const Party& visitor, absl::string_view address) {
  Html html;
  html.Markup("<!doctype html>").Open("html", {{"lang", "en"}}).Open("head");
  html.Markup("<meta charset=\"utf-8\">");
  html.Markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
  html.Element("title", absl::StrCat(page.title, " - Blindlink"));
  html.Markup("<link rel=\"stylesheet\" href=\"/style.css\">");
  html.Markup("<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">");
  html.Markup("<script src=\"/console.js\" defer></script>").Close();
  html.Open("body").Markup("<a class=\"skip\" href=\"#content\">Skip to the content</a>");
  AddHeader(visitor, address, &html);
  html.Open("main", {{"id", "content"}});
  html.Markup("<p id=\"connection\" class=\"note warn\" role=\"status\" hidden></p>");
  AddCrumbs(page.crumbs, &html);
  html.Element("h1", page.title).Add(page.body).Close();
  html.Element("footer",
               "Counts and pseudonyms only: nothing here identifies a person. Every page and every "
               "change is an entry of the audit log.");
  return html.Finish();
}

}  // namespace blindlink::resolver
