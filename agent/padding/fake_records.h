#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/input/input_record.h"
#include "agent/padding/token_padding.h"
#include "agent/tokenize/record_tokenizer.h"
#include "common/base/bytes16.h"
#include "common/crypto/hmac_sha256.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// The mark of a site's fakes: the last eight bytes of a fake's pseudonym are a keyed hash of the
// first eight. The key is RecordKey::DeriveFakeMarkKey, so that only the site can tell; one of 2^64
// records has the mark by chance. Immutable; threads may share it.
class FakeMark {
 public:
  explicit FakeMark(const HmacSha256& key) : key_(key) {}

  RecordPseudonym PseudonymFrom(uint64_t first_half) const;
  bool IsOn(const RecordPseudonym& record) const;

 private:
  const HmacSha256 key_;
};

// The fake records of one upload (docs/padding.md). A fake looks like one of the site's records,
// its model: as many tokens in the same forms, and the same evidence codes missing. But all its
// tokens are drawn from the site's padding key, so that it shares none with any record and is in no
// pair. Fakes have the same pseudonyms whenever the same dataset is tokenized, also under another
// token key: those that changed would be known as fakes. Immutable; threads may share it.
class FakeRecords {
 public:
  // `key`: RecordKey::DeriveFakesKey. `tokens` must outlive this.
  FakeRecords(const Plan& plan, const TokenPadding& tokens, const HmacSha256& key,
              const FakeMark& mark);

  struct Fake {
    RecordPseudonym pseudonym;
    size_t model;  // index of a record of the batch
  };
  // The fakes to be mixed into consecutive records, of which there are `first_record` before, in
  // the order of their pseudonyms, which lie among those of the records. Over all batches there are
  // FakesBeside(number of records).
  std::vector<Fake> Among(uint64_t first_record, const std::vector<RawRecord>& records) const;

  // Turns what was made of the model into what is the fake's: its tokens, and the values that its
  // evidence codes are made of.
  void Disguise(const Fake& fake, std::vector<MadeToken>* tokens,
                std::vector<uint64_t>* evidence_values) const;

 private:
  const uint32_t per_1000_;
  const TokenPadding& tokens_;
  const HmacSha256 key_;
  const FakeMark mark_;
};

}  // namespace blindlink::agent
