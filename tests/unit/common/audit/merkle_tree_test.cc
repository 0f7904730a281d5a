// The tree of RFC 6962, against the published vectors of the Certificate Transparency reference
// implementation and against a tree that is written as the RFC defines it.
#include "common/audit/merkle_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/hex.h"

namespace blindlink {
namespace {

using testing::ElementsAre;

const char* const kEntries[] = {"",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f"};
const char* const kRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

using Leaves = std::vector<Sha256Digest>;

Leaves ReferenceLeaves() {
  Leaves leaves;
  for (const char* entry : kEntries) leaves.push_back(LeafHash(absl::HexStringToBytes(entry)));
  return leaves;
}

Leaves ManyLeaves(uint64_t count) {
  Leaves leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(LeafHash(absl::StrCat("entry ", i)));
  return leaves;
}

// MTH(D[n]), word by word.
Sha256Digest PlainRoot(const Leaves& leaves, uint64_t begin, uint64_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return leaves[begin];
  uint64_t left = 1;
  while (left * 2 < end - begin) left *= 2;
  return NodeHash(PlainRoot(leaves, begin, begin + left), PlainRoot(leaves, begin + left, end));
}

CompleteSubtree SubtreesOf(const Leaves& leaves) {
  return [&leaves](uint64_t begin, uint64_t size) -> absl::StatusOr<Sha256Digest> {
    EXPECT_EQ(begin % size, 0u);
    EXPECT_LE(begin + size, leaves.size());
    return PlainRoot(leaves, begin, begin + size);
  };
}

std::vector<std::string> Hex(const absl::StatusOr<std::vector<Sha256Digest>>& proof) {
  std::vector<std::string> out;
  for (const Sha256Digest& hash : proof.value()) out.push_back(HexEncode(AsView(hash)));
  return out;
}

TEST(MerkleTree, HasTheReferenceRootsOfZeroToEightEntries) {
  const Leaves leaves = ReferenceLeaves();
  MerkleFrontier frontier;
  for (uint64_t size = 0; size <= 8; ++size) {
    EXPECT_EQ(HexEncode(AsView(frontier.Root())), kRoots[size]);
    EXPECT_EQ(HexEncode(AsView(MerkleRoot(size, SubtreesOf(leaves)).value())), kRoots[size]);
    if (size < 8) frontier.Append(leaves[size]);
  }
}

TEST(MerkleTree, HasTheReferenceProofsOfInclusion) {
  const Leaves leaves = ReferenceLeaves();
  EXPECT_THAT(Hex(InclusionProof(0, 1, SubtreesOf(leaves))), testing::IsEmpty());
  EXPECT_THAT(Hex(InclusionProof(0, 8, SubtreesOf(leaves))),
              ElementsAre("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
  EXPECT_THAT(Hex(InclusionProof(5, 8, SubtreesOf(leaves))),
              ElementsAre("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
}

TEST(MerkleTree, HasTheReferenceProofsOfConsistency) {
  const Leaves leaves = ReferenceLeaves();
  EXPECT_THAT(Hex(ConsistencyProof(6, 8, SubtreesOf(leaves))),
              ElementsAre("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
  EXPECT_THAT(Hex(ConsistencyProof(2, 5, SubtreesOf(leaves))),
              ElementsAre("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"));
  EXPECT_THAT(Hex(ConsistencyProof(6, 7, SubtreesOf(leaves))),
              ElementsAre("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                          "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
}

TEST(MerkleTree, ProvesEveryEntryOfEverySizeAndNoOther) {
  const Leaves leaves = ManyLeaves(70);
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    const Sha256Digest root = PlainRoot(leaves, 0, size);
    for (uint64_t index = 0; index < size; ++index) {
      std::vector<Sha256Digest> proof = InclusionProof(index, size, SubtreesOf(leaves)).value();
      EXPECT_TRUE(IsIncluded(leaves[index], index, size, root, proof));
      EXPECT_FALSE(IsIncluded(leaves[(index + 1) % size], index, size, root, proof) && size > 1);
      EXPECT_FALSE(IsIncluded(leaves[index], (index + 1) % size, size, root, proof) && size > 1);
      EXPECT_FALSE(IsIncluded(leaves[index], index, size, leaves.back(), proof) && size > 1);
      proof.push_back(root);
      EXPECT_FALSE(IsIncluded(leaves[index], index, size, root, proof));
    }
  }
}

TEST(MerkleTree, ProvesThatEveryBeginningIsOneAndNothingElse) {
  Leaves leaves = ManyLeaves(40);
  for (uint64_t to = 0; to <= leaves.size(); ++to) {
    for (uint64_t from = 0; from <= to; ++from) {
      const Sha256Digest old_root = PlainRoot(leaves, 0, from);
      const Sha256Digest new_root = PlainRoot(leaves, 0, to);
      std::vector<Sha256Digest> proof = ConsistencyProof(from, to, SubtreesOf(leaves)).value();
      EXPECT_TRUE(IsConsistent(from, old_root, to, new_root, proof)) << from << " " << to;
      if (from > 0) {
        EXPECT_FALSE(IsConsistent(from, LeafHash("x"), to, new_root, proof));
        EXPECT_FALSE(IsConsistent(from, old_root, to, LeafHash("x"), proof));
      }
      EXPECT_FALSE(from > 0 && from < to && IsConsistent(from - 1, old_root, to, new_root, proof));
      proof.push_back(LeafHash("y"));
      EXPECT_FALSE(IsConsistent(from, old_root, to, new_root, proof));
    }
  }
}

TEST(MerkleTree, AChangedListIsNoContinuation) {
  const Leaves honest = ManyLeaves(40);
  for (uint64_t changed = 0; changed < 25; ++changed) {
    Leaves forged = honest;
    forged[changed] = LeafHash("forged");
    const auto proof = ConsistencyProof(25, 40, SubtreesOf(forged)).value();
    EXPECT_FALSE(IsConsistent(25, PlainRoot(honest, 0, 25), 40, PlainRoot(forged, 0, 40), proof));
  }
}

TEST(MerkleTree, RefusesSizesThatAreNone) {
  const Leaves leaves = ReferenceLeaves();
  EXPECT_FALSE(InclusionProof(8, 8, SubtreesOf(leaves)).ok());
  EXPECT_FALSE(InclusionProof(0, 0, SubtreesOf(leaves)).ok());
  EXPECT_FALSE(ConsistencyProof(5, 4, SubtreesOf(leaves)).ok());
  EXPECT_FALSE(IsIncluded(leaves[0], 0, 0, EmptyRoot(), {}));
  EXPECT_FALSE(IsConsistent(5, leaves[0], 4, leaves[0], {}));
}

}  // namespace
}  // namespace blindlink
