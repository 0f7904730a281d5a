#include "resolver/ingest/seal.h"

#include <cstring>
#include <deque>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "resolver/ingest/block_log.h"
#include "resolver/ingest/segment.h"
#include "resolver/ingest/sorted_posting.h"

namespace blindlink::resolver {
namespace {

size_t TokensIn(const v1::TokenBlock& block) {
  size_t tokens = 0;
  for (const v1::TokenColumn& column : block.columns()) {
    tokens += static_cast<size_t>(column.records_size());
  }
  return tokens;
}

// Makes one segment. `evidence_size` is the room for evidence in a posting, in bytes.
template <size_t evidence_size>
class Sealer {
 public:
  Sealer(const IndexKey& key, size_t threads, const std::atomic<bool>& cancel)
      : key_(key), threads_(threads), cancel_(cancel) {}

  absl::Status Seal(const Upload::FullLog& log) {
    BL_RETURN_IF_ERROR(ReadAll(log.file));
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<SegmentWriter> writer,
                        SegmentWriter::Create(log.segment_file, sizeof(Sorted), key_.generation()));
    for (size_t range = 0; range < kSegmentRanges; ++range) {
      for (const Spread& group : groups_) {
        BL_RETURN_IF_ERROR(writer->AddPostings(range, group.BytesOf(range)));
      }
    }
    std::string pseudonyms;
    std::vector<uint32_t> block_crc32;
    for (const Spread& group : groups_) {
      pseudonyms += group.pseudonyms;
      block_crc32.insert(block_crc32.end(), group.block_crc32.begin(), group.block_crc32.end());
    }
    return writer->Finish(pseudonyms, block_crc32);
  }

 private:
  using Sorted = SortedPosting<evidence_size>;
  // Blocks are spread over the ranges in groups of about this size, so that each group has enough
  // postings for all ranges.
  static constexpr size_t kGroupBytes = size_t{2} << 20;

  // The contents of a group of consecutive blocks.
  struct Spread {
    std::vector<Sorted> postings;  // by range
    std::vector<uint32_t> ends;    // by range: where it ends in `postings`
    std::string pseudonyms;
    std::vector<uint32_t> block_crc32;

    absl::string_view BytesOf(size_t range) const {
      const size_t begin = range == 0 ? 0 : ends[range - 1];
      return {reinterpret_cast<const char*>(postings.data() + begin),
              (ends[range] - begin) * sizeof(Sorted)};
    }
  };

  // One thread reads the blocks' bytes; others check them, encrypt the tokens and spread the
  // postings over the ranges.
  absl::Status ReadAll(const std::filesystem::path& file) {
    std::deque<std::future<absl::StatusOr<Spread>>> under_way;
    std::vector<std::string> blocks;
    size_t bytes = 0;
    const auto finish_one = [&]() -> absl::Status {
      absl::StatusOr<Spread> group = under_way.front().get();
      under_way.pop_front();
      BL_RETURN_IF_ERROR(group.status());
      groups_.push_back(*std::move(group));
      return absl::OkStatus();
    };
    const auto begin_one = [&]() -> absl::Status {
      if (cancel_) return absl::CancelledError("the resolver is stopping");
      if (under_way.size() > threads_) BL_RETURN_IF_ERROR(finish_one());
      under_way.push_back(
          std::async(std::launch::async, [this, &file, group = std::exchange(blocks, {})]() {
            return SpreadBlocks(group, file);
          }));
      bytes = 0;
      return absl::OkStatus();
    };
    BL_RETURN_IF_ERROR(ReadBlocks(file, [&](std::string& serialized) -> absl::Status {
      bytes += serialized.size();
      blocks.push_back(std::move(serialized));
      return bytes < kGroupBytes ? absl::OkStatus() : begin_one();
    }));
    if (!blocks.empty()) BL_RETURN_IF_ERROR(begin_one());
    while (!under_way.empty()) BL_RETURN_IF_ERROR(finish_one());
    return absl::OkStatus();
  }

  absl::StatusOr<Spread> SpreadBlocks(const std::vector<std::string>& blocks,
                                      const std::filesystem::path& file) const {
    Spread group;
    std::vector<Sorted> as_sent;
    StoredTokenMaker token_maker = key_.TokenMaker();
    for (const std::string& serialized : blocks) {
      BL_ASSIGN_OR_RETURN(const v1::TokenBlock block, ParseBlock(serialized, file));
      group.pseudonyms += block.record_ids();
      group.block_crc32.push_back(block.crc32());
      BL_RETURN_IF_ERROR(AddPostings(block, &token_maker, &as_sent));
    }
    group.ends.resize(kSegmentRanges);
    for (const Sorted& posting : as_sent) ++group.ends[RangeOf(posting.token)];
    // `ends` first gets the beginning of each range; placing its postings moves it to the end.
    uint32_t begin = 0;
    for (uint32_t& end : group.ends) begin += std::exchange(end, begin);
    group.postings.resize(as_sent.size());
    for (const Sorted& posting : as_sent) {
      group.postings[group.ends[RangeOf(posting.token)]++] = posting;
    }
    return group;
  }

  static absl::Status AddPostings(const v1::TokenBlock& block, StoredTokenMaker* token_maker,
                                  std::vector<Sorted>* postings) {
    postings->reserve(postings->size() + TokensIn(block));
    for (const v1::TokenColumn& column : block.columns()) {
      if (column.records().empty()) continue;
      const auto count = static_cast<size_t>(column.records_size());
      const absl::Span<const StoredToken> tokens = token_maker->Make(column.tokens());
      const size_t width = column.evidence().size() / count;
      if (width > evidence_size) return absl::InternalError("evidence is wider than the plan says");
      for (size_t i = 0; i < count; ++i) {
        Sorted& posting = postings->emplace_back();
        posting.token = tokens[i];
        posting.match_key = static_cast<uint8_t>(column.match_key());
        posting.form = static_cast<uint8_t>(column.forms()[i]);
        posting.record =
            static_cast<uint32_t>(block.first_record()) + column.records(static_cast<int>(i));
        posting.size = static_cast<uint8_t>(width);
        std::memcpy(posting.evidence.data(), column.evidence().data() + i * width, width);
      }
    }
    return absl::OkStatus();
  }

  const IndexKey& key_;
  const size_t threads_;
  const std::atomic<bool>& cancel_;
  std::vector<Spread> groups_;
};

}  // namespace

absl::Status SealLogs(Upload& upload, const IndexKey& key, size_t threads,
                      const std::atomic<bool>& cancel) {
  while (true) {
    const std::unique_ptr<Upload::FullLog> log = upload.TakeFullLog();
    if (log == nullptr) return absl::OkStatus();
    BL_RETURN_IF_ERROR(WithEvidenceSize(upload.MaxEvidenceWidth(), [&]<size_t size>() {
      return Sealer<size>(key, threads, cancel).Seal(*log);
    }));
    upload.RemoveSealed(*log);
  }
}

}  // namespace blindlink::resolver
