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

// The receipt of a log that has this one entry; `of_earlier_release`: without the counts.
absl::StatusOr<v1::WithdrawalReceipt> ReceiptOf(const std::vector<RecordPseudonym>& pseudonyms,
                                                bool of_earlier_release = false) {
  v1::WithdrawalInfo withdrawal;
  withdrawal.set_asked_unix_seconds(1000);
  withdrawal.set_records(pseudonyms.size());
  withdrawal.set_records_removed(3);
  withdrawal.set_tokens_removed(51);
  withdrawal.set_results_changed(1);
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
  if (!of_earlier_release) {
    for (const v1::AuditObject& count : SignedCounts(withdrawal)) *entry.add_objects() = count;
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

TEST(WithdrawalReceipt, HoldsNoNumberThatItsEntryDoesNotSay) {
  const auto receipt = ReceiptOf({PseudonymOf(1), PseudonymOf(2)});
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_TRUE(HasSignedCounts(*receipt));
  const auto* type = v1::WithdrawalInfo::descriptor();
  for (const char* name : {"asked_unix_seconds", "records", "records_removed", "tokens_removed",
                           "results_changed", "audit_entry"}) {
    v1::WithdrawalReceipt edited = *receipt;
    v1::WithdrawalInfo& info = *edited.mutable_withdrawal();
    const auto* field = type->FindFieldByName(name);
    ASSERT_NE(field, nullptr) << name;
    if (field->type() == google::protobuf::FieldDescriptor::TYPE_INT64) {
      info.GetReflection()->SetInt64(&info, field, 777);
    } else {
      info.GetReflection()->SetUInt64(&info, field, 777);
    }
    EXPECT_TRUE(absl::IsDataLoss(CheckWithdrawalReceipt(edited))) << name;
  }
}

TEST(WithdrawalReceipt, OfAnEarlierReleaseIsGoodButDoesNotSignItsCounts) {
  const auto receipt = ReceiptOf({PseudonymOf(1)}, /*of_earlier_release=*/true);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_FALSE(HasSignedCounts(*receipt));
}

}  // namespace
}  // namespace blindlink
