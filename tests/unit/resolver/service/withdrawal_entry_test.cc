#include "resolver/service/withdrawal_entry.h"

#include <gtest/gtest.h>

#include <ctime>
#include <map>
#include <memory>
#include <string>

#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class WithdrawalEntryTest : public testing::Test {
 protected:
  WithdrawalEntryTest() {
    withdrawal_.set_withdrawal("withdrawal-000001");
    withdrawal_.set_site("north");
    withdrawal_.set_digest(std::string(32, 'd'));
    withdrawal_.set_asked_unix_seconds(time(nullptr) - 10);
  }
  std::optional<uint64_t> Find() const {
    const auto found = FindWithdrawalEntry(*log_, withdrawal_);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.value_or(std::nullopt);
  }
  void AddOthers(int count) const {
    storage::v1::StoredWithdrawal other = withdrawal_;
    other.set_digest(std::string(32, 'e'));
    for (int i = 0; i < count; ++i) log_->AppendLater(WithdrawalEntry("flu", other));
    ASSERT_TRUE(log_->Append(WithdrawalEntry("flu", other)).ok());
  }

  TemporaryFolder folder_;
  const std::unique_ptr<AuditLog> log_ = AuditLog::Open(AuditFolders::In(folder_ / "data")).value();
  storage::v1::StoredWithdrawal withdrawal_;
};

TEST_F(WithdrawalEntryTest, IsFoundAgainByItsDigestAmongOthers) {
  EXPECT_EQ(Find(), std::nullopt);
  AddOthers(300);
  EXPECT_EQ(Find(), std::nullopt);
  const uint64_t entry = log_->Append(WithdrawalEntry("flu", withdrawal_)).value();
  EXPECT_EQ(Find(), entry);
  AddOthers(300);
  EXPECT_EQ(Find(), entry);
}

TEST_F(WithdrawalEntryTest, IsNotLookedForBeforeTheWithdrawalWasAskedFor) {
  ASSERT_TRUE(log_->Append(WithdrawalEntry("flu", withdrawal_)).ok());
  withdrawal_.set_asked_unix_seconds(time(nullptr) + 10);
  EXPECT_EQ(Find(), std::nullopt);
}

TEST_F(WithdrawalEntryTest, SaysWhatWasRemoved) {
  withdrawal_.set_records(64);
  withdrawal_.set_records_removed(2);
  withdrawal_.set_postings_removed(34);
  withdrawal_.set_results_changed(1);
  const v1::AuditEntry entry = WithdrawalEntry("flu", withdrawal_);
  EXPECT_EQ(entry.count(), 64u);
  std::map<std::string, std::string> objects;
  for (const v1::AuditObject& object : entry.objects()) objects[object.kind()] = object.name();
  EXPECT_EQ(objects["records_removed"], "2");
  EXPECT_EQ(objects["tokens_removed"], "34");
  EXPECT_EQ(objects["results_changed"], "1");
}

}  // namespace
}  // namespace blindlink::resolver
