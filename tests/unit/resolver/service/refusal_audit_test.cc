#include "resolver/service/refusal_audit.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

// The counts of the calls over the limit that the log has entries of.
std::vector<uint64_t> CountsIn(const AuditLog& log) {
  std::vector<uint64_t> counts;
  const std::vector<std::string> entries = log.Entries(0, log.Head().size()).value();
  for (const std::string& serialized : entries) {
    v1::AuditEntry entry;
    EXPECT_TRUE(entry.ParseFromString(serialized));
    if (entry.kind() == v1::CALLS_OVER_LIMIT) counts.push_back(entry.count());
  }
  return counts;
}

// The end of a burst, after which no refusal comes.
TEST(RefusalAudit, EntersAllCallsOverTheLimitAlsoTheLastOnes) {
  const TemporaryFolder folder;
  const AuditFolders folders = AuditFolders::In(folder / "data");
  Identity north;
  north.party = {Role::kSite, "north"};
  {
    const auto log = AuditLog::Open(folders).value();
    RefusalAudit refusals(*log);
    for (int i = 0; i < 1000; ++i) refusals.NoteCallOverLimit(north);
  }
  const auto log = AuditLog::Open(folders).value();
  const std::vector<uint64_t> counts = CountsIn(*log);
  EXPECT_LE(counts.size(), 2u);
  uint64_t sum = 0;
  for (const uint64_t count : counts) sum += count;
  EXPECT_EQ(sum, 1000u);
}

}  // namespace
}  // namespace blindlink::resolver
