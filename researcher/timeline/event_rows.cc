#include "researcher/timeline/event_rows.h"

#include <cstring>

#include "common/base/hex.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kCommas = 16;

// Writes into memory that is known to suffice.
class RowCursor {
 public:
  explicit RowCursor(char* at) : at_(at) {}
  RowCursor& Field(absl::string_view text, char after = ',') {
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
    *at_++ = after;
    return *this;
  }
  const char* end() const { return at_; }

 private:
  char* at_;
};

size_t SizeOf(const Event& event) {
  return event.date_text.size() + event.visit.size() + event.seq.size() + event.end.size() +
         event.code.size() + event.code_system.size() + event.name.size() + event.certainty.size() +
         event.setting.size() + event.payer.size() + event.amount.size();
}

}  // namespace

void AppendEventRows(const PersonEvents& person, const std::vector<std::string>& sites,
                     std::string* out) {
  if (person.events().empty()) return;
  const std::string entity = HexEncode(person.records()[0].entity.AsView());
  std::vector<std::string> records;
  for (const RecordRows& rows : person.records())
    records.push_back(HexEncode(rows.record.AsView()));
  for (const Event& event : person.events()) {
    absl::string_view original_site;
    absl::string_view original_visit;
    if (event.copy_of != kNoEvent) {
      original_site = sites[person.events()[event.copy_of].site];
      original_visit = person.events()[event.copy_of].visit;
    }
    const absl::string_view site = sites[event.site];
    const absl::string_view kind = NameOf(event.kind);
    const size_t begin = out->size();
    out->resize(begin + entity.size() + kind.size() + site.size() + records[event.record].size() +
                SizeOf(event) + original_site.size() + original_visit.size() + 1 + kCommas);
    RowCursor row(out->data() + begin);
    row.Field(entity).Field(event.date_text).Field(kind).Field(site).Field(records[event.record]);
    row.Field(event.visit).Field(event.seq).Field(event.end).Field(event.code);
    row.Field(event.code_system).Field(event.name).Field(event.certainty).Field(event.setting);
    row.Field(event.payer).Field(event.amount);
    if (event.copy_of != kNoEvent) row.Field(original_site, '/');
    row.Field(original_visit, '\n');
    out->resize(static_cast<size_t>(row.end() - out->data()));
  }
}

}  // namespace blindlink::researcher
