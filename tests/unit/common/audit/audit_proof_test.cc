#include "common/audit/audit_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "common/base/hex.h"
#include "tests/unit/common/audit/log_in_memory.h"

namespace blindlink {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;

class AuditProofTest : public testing::Test {
 protected:
  AuditProofTest() : log_(Sha256Of("certificate"), "/blindlink.v1.Upload/CommitUpload") {
    log_.GrowTo(11);
    proof_ = log_.Answer({6}, 0);
    proof_.clear_consistency();
    key_ = HexEncode(proof_.head().public_key());
  }

  // Why the proof fails once it was read from its file.
  std::string Failure(const v1::AuditReceipts& proof, const std::string& key) {
    const auto read = ParseAuditProof(AuditProofToJson(proof), "proof.json");
    EXPECT_TRUE(read.ok()) << read.status();
    const auto checked = CheckAuditProof(*read, key);
    EXPECT_EQ(checked.status().code(), absl::StatusCode::kDataLoss);
    return std::string(checked.status().message());
  }
  // Expects that each byte of `part` matters.
  void ExpectEachByteMatters(const std::function<std::string*(v1::AuditReceipts*)>& part,
                             const testing::Matcher<std::string>& words) {
    for (size_t at = 0; at < part(&proof_)->size(); ++at) {
      v1::AuditReceipts changed = proof_;
      (*part(&changed))[at] = static_cast<char>((*part(&changed))[at] ^ 1);
      EXPECT_THAT(Failure(changed, key_), words) << "byte " << at;
    }
  }

  LogInMemory log_;
  v1::AuditReceipts proof_;
  std::string key_;
};

TEST_F(AuditProofTest, AProofShowsItsEntry) {
  const auto read = ParseAuditProof(AuditProofToJson(proof_), "proof.json");
  ASSERT_TRUE(read.ok()) << read.status();
  const auto entries = CheckAuditProof(*read, key_);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_THAT(*entries, SizeIs(1));
  EXPECT_EQ((*entries)[0].index(), 6);
  EXPECT_EQ((*entries)[0].method(), "/blindlink.v1.Upload/CommitUpload");
  EXPECT_TRUE(CheckAuditProof(*read, "").ok());
}

TEST_F(AuditProofTest, EachByteOfTheEntryMatters) {
  ExpectEachByteMatters(
      [](v1::AuditReceipts* proof) { return proof->mutable_receipts(0)->mutable_entry(); },
      AnyOf(HasSubstr("entry 6 is not in the log of the head"), HasSubstr("entry 6 is damaged"),
            HasSubstr("what it says is entry 6 is entry ")));
}

TEST_F(AuditProofTest, EachByteOfThePathMatters) {
  ASSERT_EQ(proof_.receipts(0).proof().hashes_size(), 4);
  for (int hash = 0; hash < 4; ++hash) {
    ExpectEachByteMatters(
        [hash](v1::AuditReceipts* proof) {
          return proof->mutable_receipts(0)->mutable_proof()->mutable_hashes(hash);
        },
        HasSubstr("entry 6 is not in the log of the head: the entry or its path was changed"));
  }
  v1::AuditReceipts shorter = proof_;
  shorter.mutable_receipts(0)->mutable_proof()->mutable_hashes()->RemoveLast();
  EXPECT_THAT(Failure(shorter, key_), HasSubstr("is not in the log of the head"));
}

TEST_F(AuditProofTest, EachByteOfTheHeadAndItsSignatureMatters) {
  const auto not_signed = HasSubstr("is not signed by the key that it names");
  ExpectEachByteMatters(
      [](v1::AuditReceipts* proof) { return proof->mutable_head()->mutable_root(); }, not_signed);
  ExpectEachByteMatters(
      [](v1::AuditReceipts* proof) { return proof->mutable_head()->mutable_signature(); },
      not_signed);
  ExpectEachByteMatters(
      [](v1::AuditReceipts* proof) { return proof->mutable_head()->mutable_public_key(); },
      not_signed);
  v1::AuditReceipts changed = proof_;
  changed.mutable_head()->set_size(12);
  EXPECT_THAT(Failure(changed, key_), not_signed);
  changed = proof_;
  changed.mutable_head()->set_time_ms(changed.head().time_ms() + 1);
  EXPECT_THAT(Failure(changed, key_), not_signed);
}

TEST_F(AuditProofTest, AnEntryHasOnePlaceInOneLog) {
  v1::AuditReceipts moved = proof_;
  moved.mutable_receipts(0)->set_index(5);
  EXPECT_THAT(Failure(moved, key_), HasSubstr("what it says is entry 5 is entry 6"));
  v1::AuditReceipts of_other_size = proof_;
  of_other_size.mutable_receipts(0)->set_size(10);
  EXPECT_THAT(Failure(of_other_size, key_),
              HasSubstr("is for a log of 10 entries, and the head has 11"));
}

TEST_F(AuditProofTest, AHeadOfAnotherKeyProvesNothingToWhoeverKnowsTheKey) {
  log_.ChangeKey();
  const v1::AuditReceipts forged = log_.Answer({6}, 0);
  EXPECT_TRUE(CheckAuditProof(forged, "").ok());
  EXPECT_THAT(Failure(forged, key_), HasSubstr("not by " + key_));
}

TEST_F(AuditProofTest, WithoutAnEntryThereIsNothingToProve) {
  EXPECT_THAT(Failure(log_.Answer({}, 0), key_), HasSubstr("it has no entry"));
}

TEST_F(AuditProofTest, AFileThatIsNoProofIsCalledThat) {
  for (const char* text : {"", "{", "[]", R"({"head":{"size":"x"}})", R"({"unknown":1})"}) {
    EXPECT_THAT(std::string(ParseAuditProof(text, "proof.json").status().message()),
                HasSubstr("proof.json is not a proof"));
  }
}

TEST_F(AuditProofTest, AWitnessAgreesContradictsOrHasNothingToCompare) {
  v1::AuditWitness witness;
  EXPECT_EQ(*AgreesWithWitness(proof_, witness), false);
  *witness.add_heads() = proof_.head();
  EXPECT_EQ(*AgreesWithWitness(proof_, witness), true);

  LogInMemory other = log_;
  other.ShrinkTo(4);
  other.GrowTo(11, "asthma");
  EXPECT_THAT(std::string(AgreesWithWitness(other.Answer({6}, 0), witness).status().message()),
              HasSubstr("was forked"));
  v1::AuditWitness with_receipt;
  *with_receipt.add_receipts() = proof_.receipts(0);
  EXPECT_EQ(*AgreesWithWitness(proof_, with_receipt), true);
  EXPECT_THAT(std::string(AgreesWithWitness(other.Answer({6}, 0), with_receipt).status().message()),
              HasSubstr("entry 6 was changed"));
  other.ChangeKey();
  EXPECT_THAT(std::string(AgreesWithWitness(other.Answer({6}, 0), witness).status().message()),
              HasSubstr("a log with key"));
}

}  // namespace
}  // namespace blindlink
