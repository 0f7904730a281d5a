#include "agent/pipeline/record_encoding.h"

#include <cstdint>

namespace blindlink::agent {
namespace {

// Seven bits a byte, lowest first; the highest bit says that more follow (LEB128).
void AppendNumber(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}

void AppendText(absl::string_view text, std::string* out) {
  AppendNumber(text.size(), out);
  out->append(text.data(), text.size());
}

uint64_t TakeNumber(absl::string_view* bytes) {
  uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    number |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return number;
  }
}

std::string TakeText(absl::string_view* bytes) {
  const size_t size = TakeNumber(bytes);
  std::string text(bytes->substr(0, size));
  bytes->remove_prefix(size);
  return text;
}

}  // namespace

void AppendRecord(const RawRecord& record, std::string* out) {
  AppendNumber(record.row, out);
  AppendNumber(record.row_count, out);
  AppendText(record.record_id, out);
  for (const RawTexts& texts : record.values) {
    AppendNumber(texts.size(), out);
    for (const std::string& text : texts) AppendText(text, out);
  }
  AppendNumber(record.changes.size(), out);
  for (const RawRecord::Change& change : record.changes) {
    AppendNumber(change.field, out);
    AppendNumber(static_cast<uint64_t>(change.change), out);
  }
}

RawRecord DecodeRecord(absl::string_view bytes, size_t fields) {
  RawRecord record;
  record.row = TakeNumber(&bytes);
  record.row_count = TakeNumber(&bytes);
  record.record_id = TakeText(&bytes);
  record.values.resize(fields);
  for (RawTexts& texts : record.values) {
    for (uint64_t left = TakeNumber(&bytes); left > 0; --left) {
      texts.push_back(TakeText(&bytes));
    }
  }
  for (uint64_t left = TakeNumber(&bytes); left > 0; --left) {
    const auto field = static_cast<size_t>(TakeNumber(&bytes));
    record.changes.push_back({field, static_cast<ValueChange>(TakeNumber(&bytes))});
  }
  return record;
}

}  // namespace blindlink::agent
