#pragma once

#include <cstdint>

#include "agent/keys/token_key.h"
#include "agent/padding/fake_records.h"
#include "agent/padding/token_padding.h"
#include "agent/tokenize/token_recipe.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// How much was added; for the site alone.
struct AddedCounts {
  uint64_t fake_records = 0;
  uint64_t padding_tokens = 0;  // those of fakes included
};

// What a plan has a site add to one upload: padding and fakes, or nothing. Immutable; threads may
// share it.
struct Additions {
  Additions(const Plan& plan, const TokenRecipe& recipe, const RecordKey& key,
            const v1::UploadManifest& manifest)
      : padding(plan, recipe, key.DerivePaddingKey(manifest)),
        fakes(plan, padding, key.DeriveFakesKey(manifest),
              FakeMark(key.DeriveFakeMarkKey(manifest.project(), manifest.site()))) {}
  Additions(const Additions&) = delete;
  Additions& operator=(const Additions&) = delete;

  const TokenPadding padding;
  const FakeRecords fakes;
};

}  // namespace blindlink::agent
