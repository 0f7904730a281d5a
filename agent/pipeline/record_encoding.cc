#include "agent/pipeline/record_encoding.h"

#include <cstdint>

#include "common/base/compact_encoding.h"

namespace blindlink::agent {

void AppendRecord(const RawRecord& record, std::string* out) {
  AppendCompact(record.row, out);
  AppendCompact(record.row_count, out);
  AppendCompact(record.record_id, out);
  for (const RawTexts& texts : record.values) {
    AppendCompact(texts.size(), out);
    for (const std::string& text : texts) AppendCompact(text, out);
  }
  AppendCompact(record.changes.size(), out);
  for (const RawRecord::Change& change : record.changes) {
    AppendCompact(change.field, out);
    AppendCompact(static_cast<uint64_t>(change.change), out);
  }
}

RawRecord DecodeRecord(absl::string_view bytes, size_t fields) {
  RawRecord record;
  record.row = TakeCompactNumber(&bytes);
  record.row_count = TakeCompactNumber(&bytes);
  record.record_id = TakeCompactText(&bytes);
  record.values.resize(fields);
  for (RawTexts& texts : record.values) {
    for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
      texts.push_back(TakeCompactText(&bytes));
    }
  }
  for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
    const auto field = static_cast<size_t>(TakeCompactNumber(&bytes));
    record.changes.push_back({field, static_cast<ValueChange>(TakeCompactNumber(&bytes))});
  }
  return record;
}

}  // namespace blindlink::agent
