#include "resolver/console/widgets.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace blindlink::resolver {
namespace {

const char* ClassOf(Mood mood) {
  switch (mood) {
    case Mood::kGood:
      return "good";
    case Mood::kBusy:
      return "busy";
    case Mood::kWarn:
      return "warn";
    case Mood::kBad:
      return "bad";
    default:
      return "";
  }
}

std::string Percent(double share) {
  return absl::StrFormat("%.1f", std::clamp(std::isfinite(share) ? share : 0, 0.0, 1.0) * 100);
}

}  // namespace

std::string CountText(uint64_t count) {
  const std::string digits = absl::StrCat(count);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string ShareText(double share) {
  if (!std::isfinite(share)) return "-";
  return absl::StrFormat("%.1f %%", share * 100);
}

std::string BytesText(uint64_t bytes) {
  constexpr const char* kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  auto amount = static_cast<double>(bytes);
  size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < std::size(kUnits); ++unit) amount /= 1024;
  return unit == 0 ? absl::StrCat(bytes, " bytes")
                   : absl::StrFormat("%.1f %s", amount, kUnits[unit]);
}

std::string TimeText(int64_t unix_seconds) {
  if (unix_seconds == 0) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string SecondsText(double seconds) {
  if (seconds < 120) return absl::StrFormat("%.1f s", seconds);
  if (seconds < 7200) return absl::StrFormat("%.0f min", seconds / 60);
  return absl::StrFormat("%.1f h", seconds / 3600);
}

std::string Path(const std::vector<absl::string_view>& parts) {
  std::string path;
  for (const absl::string_view part : parts) absl::StrAppend(&path, "/", QueryEscape(part));
  return path.empty() ? "/" : path;
}

std::string QueryEscape(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      out += c;
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Html State(absl::string_view text, Mood mood) {
  return Html().Element("span", text, {{"class", absl::StrCat("state ", ClassOf(mood))}});
}

Html Note(absl::string_view text, Mood mood) {
  return Html()
      .Open("div", {{"class", absl::StrCat("note ", ClassOf(mood))},
                    {"role", mood == Mood::kBad ? "alert" : "note"}})
      .Element("p", text)
      .Close();
}

Html Empty(absl::string_view text) { return Html().Element("p", text, {{"class", "empty"}}); }

Html Link(absl::string_view address, absl::string_view text) {
  return Html().Element("a", text, {{"href", std::string(address)}});
}

Html LinkButton(absl::string_view address, absl::string_view text, bool danger) {
  return Html().Element(
      "a", text,
      {{"class", danger ? "button danger" : "button quiet"}, {"href", std::string(address)}});
}

Html Bar(double share, bool bad) {
  return Html()
      .Open("svg", {{"class", bad ? "bar bad" : "bar"},
                    {"viewBox", "0 0 100 8"},
                    {"preserveAspectRatio", "none"},
                    {"aria-hidden", "true"}})
      .Element("rect", "", {{"width", Percent(share)}, {"height", "8"}})
      .Close();
}

Html Progress(double share, absl::string_view label) {
  const std::string percent = Percent(share);
  return Html()
      .Element("progress", absl::StrCat(percent, " %"),
               {{"max", "100"}, {"value", percent}, {"aria-label", std::string(label)}})
      .Element("span", absl::StrFormat(" %.0f %%", std::clamp(share, 0.0, 1.0) * 100),
               {{"class", "small soft"}});
}

Html Facts(const std::vector<Fact>& facts) {
  Html html;
  html.Open("dl", {{"class", "facts"}});
  for (const Fact& fact : facts) {
    html.Open("div").Element("dt", fact.name).Open("dd").Text(fact.value);
    if (!fact.remark.empty()) html.Element("small", fact.remark);
    html.Close().Close();
  }
  return html.Close();
}

Html PlainFacts(const std::vector<Fact>& facts) {
  Html html;
  html.Open("dl", {{"class", "plain"}});
  for (const Fact& fact : facts) {
    if (fact.value.empty()) continue;
    html.Element("dt", fact.name).Open("dd").Text(fact.value);
    if (!fact.remark.empty()) html.Markup("<br>").Element("span", fact.remark, {{"class", "hint"}});
    html.Close();
  }
  return html.Close();
}

Table::Table(absl::string_view caption, const std::vector<std::string>& columns) {
  html_.Open("div", {{"class", "scroll"}}).Open("table").Element("caption", caption);
  html_.Open("thead").Open("tr");
  for (const std::string& column : columns) {
    const bool number = !column.empty() && column[0] == '#';
    numbers_.push_back(number);
    html_.Element("th", number ? column.substr(1) : column,
                  {{"scope", "col"}, {"class", number ? "n" : ""}});
  }
  html_.Close().Close().Open("tbody");
}

Table& Table::Row(const std::vector<Html>& cells) {
  html_.Open("tr");
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string kind = i < numbers_.size() && numbers_[i] ? "n" : "";
    if (i == 0) {
      html_.Open("th", {{"scope", "row"}, {"class", kind}});
    } else {
      html_.Open("td", {{"class", kind}});
    }
    html_.Add(cells[i]).Close();
  }
  html_.Close();
  ++rows_;
  return *this;
}

Html Table::Finish() const { return Html().Add(html_); }  // with all tags closed

Html Cell(absl::string_view text) { return Html().Text(text); }

Html ChangeForm(const Exchange& exchange, absl::string_view address, const Html& fields,
                absl::string_view words, bool danger) {
  return Html()
      .Open("form", {{"class", "card"}, {"method", "post"}, {"action", std::string(address)}})
      .Void("input", {{"type", "hidden"}, {"name", "token"}, {"value", exchange.form_token}})
      .Add(fields)
      .Open("div", {{"class", "actions"}})
      .Element("button", words, {{"type", "submit"}, {"class", danger ? "danger" : ""}})
      .Close()
      .Close();
}

Html TextInput(Literal name, absl::string_view label, const std::string& value) {
  const std::string id = absl::StrCat("field-", name.text());
  return Html()
      .Element("label", label, {{"for", id}})
      .Void("input", {{"type", "text"},
                      {"id", id},
                      {"name", name.text()},
                      {"value", value},
                      {"required", ""},
                      {"autocomplete", "off"},
                      {"spellcheck", "false"},
                      {"maxlength", "64"}});
}

Html TextArea(Literal name, absl::string_view label, absl::string_view hint, size_t longest) {
  const std::string id = absl::StrCat("field-", name.text());
  return Html()
      .Element("label", label, {{"for", id}})
      .Element("div", hint, {{"class", "hint"}, {"id", absl::StrCat(id, "-hint")}})
      .Element("textarea", "",
               {{"id", id},
                {"name", name.text()},
                {"required", ""},
                {"maxlength", absl::StrCat(longest)},
                {"aria-describedby", absl::StrCat(id, "-hint")}});
}

Page Done(const Exchange& exchange, const std::string& address) {
  Page page;
  page.go_to = address;
  if (const std::optional<uint64_t> entry = exchange.calls.last_entry()) {
    absl::StrAppend(&page.go_to, "?recorded=", *entry,
                    "&mark=", exchange.guard.MarkFor(exchange.visitor.fingerprint, *entry));
  }
  return page;
}

Html DoneNote(const Exchange& exchange) {
  const ConsoleRequest& asked = exchange.request;
  uint64_t entry = 0;
  if (!absl::SimpleAtoi(asked.Value("recorded"), &entry)) return {};
  if (!exchange.guard.IsMarkFor(exchange.visitor.fingerprint, entry, asked.Value("mark"))) {
    return {};
  }
  return Note(absl::StrCat("Done. It is entry ", CountText(entry), " of the audit log."),
              Mood::kGood);
}

}  // namespace blindlink::resolver
