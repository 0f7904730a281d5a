#include "tests/support/recut.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "agent/tokenfile/token_file_reader.h"
#include "agent/tokenfile/token_file_writer.h"
#include "agent/tokenize/token_block_builder.h"
#include "common/base/bytes16.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

void AppendPart(const v1::TokenColumn& column, uint32_t first, uint32_t end,
                v1::TokenBlock* block) {
  v1::TokenColumn part;
  part.set_match_key(column.match_key());
  const auto count = static_cast<size_t>(column.records_size());
  const size_t width = count == 0 ? 0 : column.evidence().size() / count;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t record = column.records(static_cast<int>(i));
    if (record < first || record >= end) continue;
    part.mutable_tokens()->append(column.tokens(), i * Token::kSize, Token::kSize);
    part.mutable_forms()->push_back(column.forms()[i]);
    part.mutable_evidence()->append(column.evidence(), i * width, width);
    part.add_records(record - first);
  }
  if (part.records_size() > 0) *block->add_columns() = part;
}

v1::TokenBlock PartOf(const v1::TokenBlock& whole, size_t first, size_t end) {
  v1::TokenBlock part;
  part.set_record_ids(whole.record_ids().substr(first * RecordPseudonym::kSize,
                                                (end - first) * RecordPseudonym::kSize));
  for (const v1::TokenColumn& column : whole.columns()) {
    AppendPart(column, static_cast<uint32_t>(first), static_cast<uint32_t>(end), &part);
  }
  return part;
}

absl::Status TryToRecut(const std::filesystem::path& from, size_t records,
                        const std::filesystem::path& to) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<agent::TokenFileReader> reader,
                      agent::TokenFileReader::Open(from));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<agent::TokenFileWriter> writer,
                      agent::TokenFileWriter::Create(to, reader->header()));
  uint64_t sequence = 0;
  v1::TokenBlock whole;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&whole));
    if (!more) return writer->Finish(reader->footer().counts());
    const size_t count = whole.record_ids().size() / RecordPseudonym::kSize;
    for (size_t first = 0; first < count; first += records) {
      v1::TokenBlock part = PartOf(whole, first, std::min(count, first + records));
      agent::SealBlock(sequence++, whole.first_record() + first, &part);
      BL_RETURN_IF_ERROR(writer->Write(std::move(part)));
    }
  }
}

}  // namespace

void Recut(const std::filesystem::path& from, size_t records, const std::filesystem::path& to) {
  const absl::Status status = TryToRecut(from, records, to);
  if (status.ok()) return;
  std::cerr << "cannot cut " << from << ": " << status << "\n";
  std::abort();
}

}  // namespace blindlink
