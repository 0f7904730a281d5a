#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace blindlink {

// Writes JSON (RFC 8259) in the order of the calls, indented for people:
//   JsonWriter json;
//   json.BeginObject().Key("rows").Number(uint64_t{3}).EndObject();
// The caller is responsible for correct nesting. Text must be UTF-8. Not thread-safe.
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(absl::string_view key);
  JsonWriter& Text(absl::string_view text);
  JsonWriter& Number(uint64_t value);
  JsonWriter& Number(double value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  // The whole document, ending in a line feed.
  std::string Finish() { return std::move(out_) + "\n"; }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void BeforeValue();
  void NewLine();
  void AppendQuoted(absl::string_view text);

  std::string out_;
  size_t depth_ = 0;
  bool empty_ = true;       // the innermost object or array is still empty
  bool after_key_ = false;  // the next value belongs to the key just written
};

}  // namespace blindlink
