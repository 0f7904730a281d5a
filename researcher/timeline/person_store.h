#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes16.h"
#include "common/base/run_file.h"

namespace blindlink::researcher {

// All rows that a site has of one record.
struct RecordRows {
  EntityId entity;
  uint32_t site;
  RecordPseudonym record;
  absl::string_view content;  // as RowsWriter writes it
};

// Brings the rows of a person together: spreads them by entity over parts of one temporary file
// (distribution sort, Knuth TAOCP 5.2.5), each of which fits in memory, and gives back a part's
// rows in the order of entity, site and record.
class PersonStore {
 public:
  // `blocks`: the first entity of each block. A block is never divided between parts, so that what
  // is made block by block does not depend on the number of parts. `memory`: bytes for what is
  // waiting to be written.
  static absl::StatusOr<std::unique_ptr<PersonStore>> Create(const std::filesystem::path& folder,
                                                             std::vector<EntityId> blocks,
                                                             size_t parts, uint64_t memory);

  // The block that has the entity's place in the order.
  size_t BlockOf(const EntityId& entity) const;
  size_t parts() const { return parts_.size(); }

  // Thread-safe. Errors are those of RunFile.
  absl::Status Add(const RecordRows& rows);
  // Call it once, after the last Add.
  absl::Status Finish();
  // A part's records; `memory` keeps their contents. Thread-safe after Finish.
  absl::StatusOr<std::vector<RecordRows>> Read(size_t part, std::string* memory) const;

 private:
  struct Part {
    std::mutex mutex;
    std::string pending;
    std::vector<std::pair<uint64_t, uint64_t>> pieces;  // offset and size in the file
    uint64_t size = 0;
  };

  PersonStore(std::unique_ptr<RunFile> file, std::vector<EntityId> blocks, size_t parts,
              uint64_t memory);
  absl::Status Write(Part* part);

  const std::vector<EntityId> blocks_;
  const size_t buffer_size_;
  std::mutex file_mutex_;
  std::unique_ptr<RunFile> file_;
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace blindlink::researcher
