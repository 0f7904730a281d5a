#include "common/audit/withdrawal_receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/audit/audit_head.h"
#include "common/audit/merkle_tree.h"
#include "common/crypto/random.h"
#include "common/crypto/sha256.h"

namespace blindlink {
namespace {

RecordPseudonym PseudonymOf(char byte) {
  const std::string bytes(RecordPseudonym::kSize, byte);
  return RecordPseudonym::FromBytes(bytes.data());
}

// The receipt of a log that has this one entry.
absl::StatusOr<v1::WithdrawalReceipt> ReceiptOf(const std::vector<RecordPseudonym>& pseudonyms) {
  v1::WithdrawalInfo withdrawal;
  withdrawal.set_project("flu");
  withdrawal.set_site("general");
  withdrawal.set_withdrawal("withdrawal-000001");
  withdrawal.set_salt(std::string(kWithdrawalSaltBytes, 's'));
  Sha256 digest;
  digest.Update(withdrawal.salt());
  for (const RecordPseudonym& pseudonym : pseudonyms) digest.Update(pseudonym.AsView());
  v1::AuditEntry entry;
  entry.set_kind(v1::RECORDS_WITHDRAWN);
  entry.set_party("spiffe://blindlink/site/general");
  entry.set_count(pseudonyms.size());
  entry.set_digest(std::string(AsView(digest.Finish())));
  for (const auto& [kind, name] :
       {std::pair("project", "flu"), std::pair("withdrawal", "withdrawal-000001")}) {
    v1::AuditObject& object = *entry.add_objects();
    object.set_kind(kind);
    object.set_name(name);
  }
  v1::AuditReceipts answer;
  v1::AuditReceipt& receipt = *answer.add_receipts();
  receipt.set_entry(entry.SerializeAsString());
  MerkleFrontier frontier;
  frontier.Append(LeafHash(receipt.entry()));
  *answer.mutable_head() = SignHead(Ed25519Signer(RandomBytes(32)), 1, 1000, frontier.Root());
  return MakeWithdrawalReceipt(withdrawal, pseudonyms, answer);
}

TEST(WithdrawalReceipt, NamesTheRecordsThatHaveLeft) {
  const auto receipt = ReceiptOf({PseudonymOf(1), PseudonymOf(2)});
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_TRUE(IsWithdrawnBy(*receipt, PseudonymOf(2)));
  EXPECT_FALSE(IsWithdrawnBy(*receipt, PseudonymOf(3)));
}

TEST(WithdrawalReceipt, BytesThatPassFromTheSaltToTheRecordsMakeNoOtherReceipt) {
  auto receipt = ReceiptOf({PseudonymOf(1), PseudonymOf(2)});
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  std::string& salt = *receipt->mutable_withdrawal()->mutable_salt();
  std::string& pseudonyms = *receipt->mutable_pseudonyms();
  pseudonyms.insert(0, salt.substr(salt.size() - 8));
  salt.resize(salt.size() - 8);
  const absl::Status checked = CheckWithdrawalReceipt(*receipt);
  EXPECT_TRUE(absl::IsDataLoss(checked)) << checked;
  EXPECT_THAT(std::string(checked.message()), testing::HasSubstr("of another length"));
}

}  // namespace
}  // namespace blindlink
