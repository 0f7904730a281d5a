#include "agent/upload/unacknowledged_blocks.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

// An approximation that is cheaper than measuring the message.
size_t SizeOf(const v1::TokenBlock& block) {
  size_t bytes = block.record_ids().size();
  for (const v1::TokenColumn& column : block.columns()) {
    bytes += column.tokens().size() + column.forms().size() + column.evidence().size() +
             4 * column.records().size();
  }
  return bytes;
}

}  // namespace

void UnacknowledgedBlocks::Add(v1::TokenBlock block) {
  bytes_ += SizeOf(block);
  blocks_.push_back(std::move(block));
}

absl::Status UnacknowledgedBlocks::Acknowledge(const v1::UploadPosition& position) {
  if (position.next_sequence() < acknowledged_.next_sequence()) {
    return absl::DataLossError(
        absl::StrCat("the resolver acknowledged ", acknowledged_.next_sequence(),
                     " blocks but has only ", position.next_sequence(),
                     " now: tell its operator, then discard the upload and begin again"));
  }
  if (position.next_sequence() > next_sequence()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the resolver has ", position.next_sequence(), " blocks of this dataset, but only ",
        next_sequence(), " were sent from here: another upload of it is running"));
  }
  while (acknowledged_.next_sequence() < position.next_sequence()) {
    acknowledged_.Add(blocks_.front().crc32());
    bytes_ -= SizeOf(blocks_.front());
    blocks_.pop_front();
  }
  if (acknowledged_.value() != position.chain()) {
    return absl::DataLossError(
        "the resolver has other blocks than those sent to it: discard the upload and begin again");
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
