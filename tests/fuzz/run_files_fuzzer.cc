// Any bytes as the files of a finished run, and as the small messages of the resolver's disk: they
// are read or refused as damaged, and every row that is given has names that exist.
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/files.h"
#include "common/plan/plan.h"
#include "resolver/index/index_key.h"
#include "resolver/results/run_result.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kPlan[] = R"(
name: "fuzz" version: 1 description: "For fuzzing." standardizer_version: "2"
fields { name: "first_name" standardizer: GIVEN_NAME }
fields { name: "last_name" standardizer: SURNAME }
match_keys { name: "name" id: 1 components { field: "first_name" } components { field: "last_name" } }
match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "name" } }
)";

void Require(bool holds) {
  if (!holds) std::abort();
}

// A folder in memory, with an index key.
const std::filesystem::path& Folder() {
  static const std::filesystem::path folder = [] {
    std::string name = "/dev/shm/run-files-XXXXXX";
    Require(mkdtemp(name.data()) != nullptr);
    Require(IndexKey::Generate(std::filesystem::path(name) / "index.key").ok());
    return std::filesystem::path(name);
  }();
  return folder;
}

void Write(const char* name, absl::string_view bytes) {
  Require(WriteFileAtomically(Folder() / name, bytes, 0600).ok());
}

void ReadAll(const RunResult& result) {
  v1::MatchPairChunk pairs;
  const absl::Status read = result.AppendPairs(0, result.pair_count(), &pairs);
  Require(read.ok() || absl::IsDataLoss(read));
  for (const v1::MatchPair& pair : pairs.pairs()) {
    Require(!pair.rule().empty() && !pair.left_site().empty() && !pair.right_site().empty());
  }
  v1::EntityChunk entities;
  const absl::Status mapped = result.AppendEntities(0, result.entity_row_count(), &entities);
  Require(mapped.ok() || absl::IsDataLoss(mapped));
}

// The bytes are divided among the three files; the run has no digests, as those of an earlier
// release.
void TryRows(absl::string_view bytes) {
  static const Plan plan = *Plan::Parse(kPlan);
  static const IndexKey key = *IndexKey::Read(Folder() / "index.key");
  if (bytes.empty()) return;
  const size_t records = static_cast<uint8_t>(bytes[0]) % 16;
  bytes.remove_prefix(1);
  const size_t fixed = records * (RecordRow::kSize + EntityRow::kSize);
  if (bytes.size() < fixed) return;
  Write(kRecordsFile, bytes.substr(0, records * RecordRow::kSize));
  Write(kEntitiesFile, bytes.substr(records * RecordRow::kSize, records * EntityRow::kSize));
  Write(kPairsFile, bytes.substr(fixed));
  storage::v1::StoredRun run;
  run.mutable_run()->set_run("run-000001");
  run.mutable_run()->mutable_summary()->set_match_pairs((bytes.size() - fixed) / PairRow::kSize);
  run.set_entity_map_rows(records);
  run.add_sites("north");
  run.add_sites("south");
  const auto result = RunResult::Open(Folder(), run, plan, key);
  Require(result.ok());
  ReadAll(**result);
}

template <typename Message>
void TryMessage(absl::string_view bytes) {
  Message message;
  if (!ParseStored(bytes, &message)) return;
  Require(WriteStored(Folder() / "message", message).ok());
  Message again;
  Require(ReadStored(Folder() / "message", "", &again).ok());
  Require(again.SerializeAsString() == message.SerializeAsString());
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;  // NOLINT(google-build-using-namespace)
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  resolver::TryRows(bytes);
  resolver::TryMessage<storage::v1::StoredProject>(bytes);
  resolver::TryMessage<storage::v1::StoredNotes>(bytes);
  resolver::TryMessage<storage::v1::StoredUpload>(bytes);
  resolver::TryMessage<storage::v1::StoredRun>(bytes);
  return 0;
}
