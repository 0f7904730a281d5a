#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/base/hex.h"
#include "common/base/secret_bytes.h"
#include "common/oprf/blinded_batch.h"
#include "common/oprf/equality_proof.h"
#include "common/oprf/group.h"
#include "common/oprf/oprf_key.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

// RFC 9497, A.1.2: ristretto255-SHA512, mode VOPRF.
constexpr char kSeed[] = "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3";
constexpr char kKeyInfo[] = "test key";
constexpr char kPublicKey[] = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e";

struct Vector {
  const char* inputs;  // lists have commas
  const char* blinds;
  const char* blinded;
  const char* evaluated;
  const char* proof;
  const char* nonce;
  const char* outputs;
};

constexpr Vector kVectors[] = {
    {"00", "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
     "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
     "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
     "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2"
     "a"
     "759f58a539dfbe857a40bce4cf49ec600d",
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903a"
     "f"
     "43a491351d23b430948dd50cde10d32b3c"},
    {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
     "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
     "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
     "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
     "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6"
     "a"
     "e29c9503493dde7393b722eafdf5a50b02",
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e"
     "4"
     "80906d27ecd994985890e5f539e7ea74b6"},
    {"00,5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
     "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706,"
     "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
     "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945,"
     "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
     "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e,"
     "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
     "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529"
     "d"
     "cf94572ed267473d567aeed6ab873dee08",
     "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
     "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903a"
     "f"
     "43a491351d23b430948dd50cde10d32b3c,"
     "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e"
     "4"
     "80906d27ecd994985890e5f539e7ea74b6"}};

template <typename Bytes>
Bytes Decoded(absl::string_view hex) {
  const std::string bytes = HexDecode(hex).value();
  Bytes out{};
  EXPECT_EQ(bytes.size(), out.size());
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

template <typename Bytes>
std::vector<Bytes> DecodedList(absl::string_view hex) {
  std::vector<Bytes> out;
  for (const absl::string_view one : absl::StrSplit(hex, ',')) out.push_back(Decoded<Bytes>(one));
  return out;
}

std::vector<std::string> Inputs(absl::string_view hex) {
  std::vector<std::string> out;
  for (const absl::string_view one : absl::StrSplit(hex, ',')) out.push_back(*HexDecode(one));
  return out;
}

OprfKey KeyOfVectors() {
  return OprfKey::Derive(SecretBytes(Decoded<OprfScalar>(kSeed)), kKeyInfo);
}

OprfKey AnotherKey() { return OprfKey::Derive(RandomScalar(), "another"); }

TEST(Voprf, DerivesThePublishedKeyPair) {
  EXPECT_EQ(KeyOfVectors().public_key(), Decoded<OprfElement>(kPublicKey));
}

TEST(Voprf, MakesThePublishedElementsProofsAndOutputs) {
  for (const Vector& vector : kVectors) {
    SCOPED_TRACE(vector.inputs);
    const BlindedBatch batch(Inputs(vector.inputs), DecodedList<OprfScalar>(vector.blinds));
    EXPECT_EQ(batch.elements(), DecodedList<OprfElement>(vector.blinded));
    const OprfKey key = KeyOfVectors();
    const absl::StatusOr<OprfEvaluation> evaluation =
        key.EvaluateWithNonce(batch.elements(), SecretBytes(Decoded<OprfScalar>(vector.nonce)));
    ASSERT_TRUE(evaluation.ok()) << evaluation.status();
    EXPECT_EQ(evaluation->elements, DecodedList<OprfElement>(vector.evaluated));
    EXPECT_EQ(evaluation->proof, Decoded<OprfProof>(vector.proof));
    const auto outputs = batch.Finalize(*evaluation, key.public_key());
    ASSERT_TRUE(outputs.ok()) << outputs.status();
    EXPECT_EQ(*outputs, DecodedList<OprfDigest>(vector.outputs));
  }
}

TEST(Voprf, TheSameInputGivesTheSameOutputUnderAnyBlind) {
  const OprfKey key = AnotherKey();
  const BlindedBatch one({"SMITH", "MILLER", "SMITH"});
  const BlindedBatch two({"SMITH"});
  EXPECT_NE(one.elements()[0], one.elements()[2]);
  EXPECT_NE(one.elements()[0], two.elements()[0]);
  const auto first = one.Finalize(*key.Evaluate(one.elements()), key.public_key());
  const auto second = two.Finalize(*key.Evaluate(two.elements()), key.public_key());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ((*first)[0], (*second)[0]);
  EXPECT_EQ((*first)[0], (*first)[2]);
  EXPECT_NE((*first)[0], (*first)[1]);
}

TEST(Voprf, AFullBatchIsFinalized) {
  const OprfKey key = AnotherKey();
  std::vector<std::string> inputs;
  for (int i = 0; i < 300; ++i) inputs.push_back(std::to_string(i));
  const BlindedBatch batch(std::move(inputs));
  EXPECT_TRUE(batch.Finalize(*key.Evaluate(batch.elements()), key.public_key()).ok());
}

// Two elements, a proof and a public key, of which a test changes one.
class VoprfProof : public testing::Test {
 protected:
  VoprfProof() : evaluation_(*key_.Evaluate(batch_.elements())) {}

  bool Accepts(const OprfEvaluation& evaluation) {
    return batch_.Finalize(evaluation, key_.public_key()).ok();
  }

  const OprfKey key_ = AnotherKey();
  const BlindedBatch batch_{{"one", "two"}};
  const OprfEvaluation evaluation_;
};

TEST_F(VoprfProof, HoldsForWhatTheServerSent) { EXPECT_TRUE(Accepts(evaluation_)); }

TEST_F(VoprfProof, FailsOnEachChangedByteOfTheProof) {
  for (size_t i = 0; i < evaluation_.proof.size(); ++i) {
    OprfEvaluation changed = evaluation_;
    changed.proof[i] ^= 1;
    EXPECT_FALSE(Accepts(changed)) << "byte " << i;
  }
}

TEST_F(VoprfProof, FailsOnEachChangedByteOfAnElement) {
  for (size_t element = 0; element < 2; ++element) {
    for (size_t i = 0; i < kOprfElementSize; ++i) {
      OprfEvaluation changed = evaluation_;
      changed.elements[element][i] ^= 1;
      EXPECT_FALSE(Accepts(changed)) << "element " << element << ", byte " << i;
    }
  }
}

TEST_F(VoprfProof, FailsUnderAnotherPublicKey) {
  const auto outputs = batch_.Finalize(evaluation_, AnotherKey().public_key());
  EXPECT_EQ(outputs.status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(VoprfProof, FailsIfAnotherKeyMadeAnyElement) {
  const OprfEvaluation other = *AnotherKey().Evaluate(batch_.elements());
  EXPECT_FALSE(Accepts(other));
  OprfEvaluation mixed = evaluation_;
  mixed.elements[1] = other.elements[1];
  EXPECT_FALSE(Accepts(mixed));
}

TEST_F(VoprfProof, FailsIfElementsHaveChangedPlacesOrAreMissing) {
  OprfEvaluation changed = evaluation_;
  std::swap(changed.elements[0], changed.elements[1]);
  EXPECT_FALSE(Accepts(changed));
  changed = evaluation_;
  changed.elements.pop_back();
  EXPECT_FALSE(Accepts(changed));
  changed.elements.clear();
  EXPECT_FALSE(Accepts(changed));
}

TEST_F(VoprfProof, FailsOnTheIdentityAndOnOtherEncodingsOfAnElement) {
  OprfEvaluation changed = evaluation_;
  changed.elements[0] = {};
  EXPECT_FALSE(Accepts(changed));
  changed.elements[0].fill(0xff);
  EXPECT_FALSE(Accepts(changed));
}

TEST(VoprfKey, RefusesTheIdentityAndEncodingsThatAreNotCanonical) {
  const OprfKey key = AnotherKey();
  std::vector<OprfElement> elements = BlindedBatch({"one", "two"}).elements();
  const OprfElement good = elements[1];
  // RFC 9496, A.3: the identity; a field element not below the prime; a negative one; no square.
  for (const char* bad : {"0000000000000000000000000000000000000000000000000000000000000000",
                          "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                          "0100000000000000000000000000000000000000000000000000000000000000",
                          "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"}) {
    elements[1] = Decoded<OprfElement>(bad);
    EXPECT_FALSE(IsElement(elements[1])) << bad;
    const absl::Status refused = key.Evaluate(elements).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(refused.message()), HasSubstr("element 1 "));
  }
  elements[1] = good;
  EXPECT_TRUE(key.Evaluate(elements).ok());
}

TEST(VoprfKey, RefusesNoElementsAndTooMany) {
  const OprfKey key = AnotherKey();
  EXPECT_FALSE(key.Evaluate({}).ok());
  EXPECT_FALSE(key.Evaluate(std::vector<OprfElement>(kMostProvenElements + 1)).ok());
}

TEST(VoprfKey, DiffersByWhatItIsFor) {
  const SecretBytes seed = RandomScalar();
  EXPECT_EQ(OprfKey::Derive(seed, "flu").public_key(), OprfKey::Derive(seed, "flu").public_key());
  EXPECT_NE(OprfKey::Derive(seed, "flu").public_key(),
            OprfKey::Derive(seed, "asthma").public_key());
}

TEST(VoprfScalar, IsBelowTheOrderAndNotZero) {
  OprfScalar order =
      Decoded<OprfScalar>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  EXPECT_FALSE(IsScalar(order));
  --order[0];
  EXPECT_TRUE(IsScalar(order));
  EXPECT_FALSE(IsScalar(OprfScalar{}));
  EXPECT_TRUE(IsScalar(RandomScalar().Reveal()));
}

}  // namespace
}  // namespace blindlink
