#include "resolver/entities/entity_changes.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/result_files.h"
#include "resolver/results/result_rows.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;

class EntityChangesTest : public testing::Test {
 protected:
  template <typename Row>
  static void Write(const char* name, const std::vector<Row>& rows, RunFiles* run) {
    const auto writer = RowFileWriter<Row>::Create(run->folder / name, WithDigest::kYes);
    ASSERT_TRUE(writer.ok()) << writer.status();
    for (const Row& row : rows) ASSERT_TRUE((*writer)->Append(row).ok());
    ASSERT_TRUE(FinishResultFile(name, writer->get(), &run->run).ok());
  }
  // A run whose records and entities have one letter each. `listed`: the ranks in its entity map.
  RunFiles Make(const std::string& name, const std::string& records, const std::string& entities,
                const std::vector<uint32_t>* listed = nullptr) {
    RunFiles run{{}, folder_ / name};
    std::filesystem::create_directory(run.folder);
    run.run.mutable_run()->set_run(name);
    run.run.add_sites("north");
    std::vector<RecordRow> record_rows;
    std::vector<EntityIdRow> id_rows;
    for (size_t i = 0; i < records.size(); ++i) {
      record_rows.push_back({0, RecordNamed(records.substr(i, 1))});
      id_rows.emplace_back().id.bytes.fill(static_cast<uint8_t>(entities[i]));
    }
    Write(kRecordsFile, record_rows, &run);
    Write(kEntityIdsFile, id_rows, &run);
    if (listed == nullptr) return run;
    std::vector<ListedRow> listed_rows;
    for (const uint32_t rank : *listed) listed_rows.push_back({rank});
    Write(kListedFile, listed_rows, &run);
    return run;
  }
  // Each as "added c .C": kind, record, entity before and now.
  static std::vector<std::string> Changes(const RunFiles& older, const RunFiles& newer) {
    std::vector<std::string> changes;
    const auto letter = [](const std::string& id) { return id.empty() ? "." : id.substr(0, 1); };
    const auto handle = [&](const v1::EntityChange& change) {
      changes.push_back(absl::StrCat(v1::EntityChangeKind_Name(change.kind()), " ",
                                     change.record().substr(0, 1), " ",
                                     letter(change.entity_before()), letter(change.entity())));
      return absl::OkStatus();
    };
    const absl::Status status = ForEachEntityChange(older, newer, {}, handle);
    EXPECT_TRUE(status.ok()) << status;
    return changes;
  }

  TemporaryFolder folder_;
};

TEST_F(EntityChangesTest, RecordsThatComeLeaveAndMove) {
  const RunFiles older = Make("run-000001", "abc", "AAC");
  const RunFiles newer = Make("run-000002", "acd", "ADD");
  EXPECT_THAT(Changes(older, newer),
              ElementsAre("RECORD_LEFT b A.", "RECORD_MOVED c CD", "RECORD_ADDED d .D"));
}

// They may be fakes, and the entity map does not have them.
TEST_F(EntityChangesTest, RecordsThatAreInNoMapAreInNoRow) {
  const std::vector<uint32_t> two = {0, 1};
  const std::vector<uint32_t> four = {0, 1, 2, 4};
  const RunFiles older = Make("run-000001", "abcfg", "AACFG", &two);
  const RunFiles newer = Make("run-000002", "abcfghi", "AACXCHI", &four);
  EXPECT_THAT(Changes(older, newer), ElementsAre("RECORD_ADDED c .C", "RECORD_ADDED g .C"));
  EXPECT_THAT(Changes(newer, older), ElementsAre("RECORD_LEFT c C.", "RECORD_LEFT g C."));
}

}  // namespace
}  // namespace blindlink::resolver
