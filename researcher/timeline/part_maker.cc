#include "researcher/timeline/part_maker.h"

#include "absl/types/span.h"
#include "common/base/status_macros.h"
#include "researcher/timeline/copies.h"
#include "researcher/timeline/event_rows.h"
#include "researcher/timeline/person_rows.h"

namespace blindlink::researcher {

absl::StatusOr<PartOutput> PartMaker::Make(const PersonStore& store, size_t part) {
  BL_ASSIGN_OR_RETURN(const std::vector<RecordRows> records, store.Read(part, &memory_));
  PartOutput output;
  size_t block = 0;
  for (size_t begin = 0; begin < records.size();) {
    const EntityId& entity = records[begin].entity;
    size_t end = begin;
    while (end < records.size() && records[end].entity == entity) ++end;
    if (store.BlockOf(entity) != block) EndBlock(&output);
    block = store.BlockOf(entity);
    BL_RETURN_IF_ERROR(
        AddPerson(absl::MakeConstSpan(records).subspan(begin, end - begin), &output));
    begin = end;
  }
  EndBlock(&output);
  return output;
}

absl::Status PartMaker::AddPerson(absl::Span<const RecordRows> records, PartOutput* output) {
  BL_RETURN_IF_ERROR(person_.Load(records));
  summary_.Add(person_, MarkCopies(&person_));
  AppendEventRows(person_, *settings_.sites, &block_);
  output->rows += person_.events().size();
  const auto values = settings_.quasi_identifiers->ValuesOf(person_);
  AppendPersonRow(person_, values, *settings_.sites, &output->persons);
  if (!person_.person_rows().empty()) output->digests.push_back(DigestOf(values));
  return absl::OkStatus();
}

void PartMaker::EndBlock(PartOutput* output) {
  if (settings_.keep_text) output->events += block_;
  if (settings_.compress) {
    compressor_.Append(block_, &output->timeline);
  } else {
    output->timeline += block_;
  }
  block_.clear();
}

}  // namespace blindlink::researcher
