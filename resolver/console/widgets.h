#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "resolver/console/exchange.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// The parts that pages are made of. Thread-safe.

// "1,234,567"; "12.3 %"; "1.2 GiB"; "2026-11-29 22:10 UTC", or "-" for 0.
std::string CountText(uint64_t count);
std::string ShareText(double share);
std::string BytesText(uint64_t bytes);
std::string TimeText(int64_t unix_seconds);
// "3 s", "4 min", "2 h".
std::string SecondsText(double seconds);

// A path of the console from names: Path({"projects", name}) is "/projects/<name>".
std::string Path(const std::vector<absl::string_view>& parts);
// `text` for a query's value.
std::string QueryEscape(absl::string_view text);

enum class Mood { kPlain, kGood, kBusy, kWarn, kBad };
Html State(absl::string_view text, Mood mood);
// A box of words that stand out.
Html Note(absl::string_view text, Mood mood);
// What a page says where it has nothing to show yet.
Html Empty(absl::string_view text);
Html Link(absl::string_view address, absl::string_view text);
Html LinkButton(absl::string_view address, absl::string_view text, bool danger = false);
// A bar from 0 to 1, for looking at; the number stands beside it.
Html Bar(double share, bool bad = false);
// Of a work in progress, with the percentage in words.
Html Progress(double share, absl::string_view label);

// Large figures: what, how much, and a remark that may be empty.
struct Fact {
  std::string name;
  std::string value;
  std::string remark = {};
};
Html Facts(const std::vector<Fact>& facts);
// Pairs of a name and its text; those without a text are left out.
Html PlainFacts(const std::vector<Fact>& facts);

// A table; columns whose name begins with '#' hold numbers.
class Table {
 public:
  Table(absl::string_view caption, const std::vector<std::string>& columns);
  // The first cell is the row's header.
  Table& Row(const std::vector<Html>& cells);
  bool empty() const { return rows_ == 0; }
  Html Finish() const;

 private:
  Html html_;
  std::vector<bool> numbers_;
  size_t rows_ = 0;
};
Html Cell(absl::string_view text);

// A form that changes something: its fields, then a button. `words` on the button say what happens.
Html ChangeForm(const Exchange& exchange, absl::string_view address, const Html& fields,
                absl::string_view words, bool danger = false);
// Fields of a form: a line for a name, and a text.
Html TextInput(Literal name, absl::string_view label, const std::string& value);
Html TextArea(Literal name, absl::string_view label, absl::string_view hint, size_t longest);

// The page that tells of an error, in the resolver's words.
Page ErrorPage(const absl::Status& status, const Party& visitor);
// Where a change leads to: `address`, with the entry of the audit log that it is.
Page Done(const Exchange& exchange, const std::string& address);
// The note that Done leads to; nothing if the address was not made by Done for this visitor.
Html DoneNote(const Exchange& exchange);

}  // namespace blindlink::resolver
