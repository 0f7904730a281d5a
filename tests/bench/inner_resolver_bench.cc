// Benchmarks of the resolver's inner pieces: posting keys and pages, the external sorter, comparing
// codes, growing entities.
#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "common/base/files.h"
#include "common/crypto/aes128.h"
#include "common/entity/entity_grower.h"
#include "common/extsort/external_sorter.h"
#include "common/plan/plan.h"
#include "common/score/field_levels.h"
#include "resolver/index/rocksdb/key_codec.h"
#include "resolver/index/rocksdb/page_cipher.h"
#include "resolver/index/rocksdb/posting_page.h"
#include "resolver/index/token_permutation.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

std::vector<Posting> RandomPostings(size_t count) {
  std::mt19937_64 random(1);
  std::vector<Posting> postings(count);
  for (Posting& posting : postings) {
    for (uint8_t& byte : posting.token.bytes) byte = static_cast<uint8_t>(random());
    posting.record = static_cast<uint32_t>(random());
  }
  return postings;
}

void KeyCodec(benchmark::State& state) {
  const std::vector<Posting> postings = RandomPostings(1024);
  size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(DecodePosting(AsView(EncodePosting(postings[at]))));
    at = (at + 1) % postings.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(KeyCodec);

// What a rotated index key adds to each token that is stored.
void EncipherStoredTokens(benchmark::State& state) {
  const std::vector<uint8_t> key(Aes128::kKeySize, 7);
  TokenPermutation permutation(key);
  std::vector<StoredToken> tokens(4096);
  for (auto _ : state) permutation.Encipher(absl::MakeSpan(tokens));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * 4096);
}
BENCHMARK(EncipherStoredTokens);

// Postings per second; the argument is the number of evidence bytes of each posting.
std::vector<Posting> PageOfPostings(const benchmark::State& state) {
  std::vector<Posting> postings = RandomPostings(400);
  for (Posting& posting : postings) {
    posting.evidence.size = static_cast<uint8_t>(state.range(0));
    posting.record >>= 6;
  }
  std::sort(postings.begin(), postings.end());
  return postings;
}

std::string PageOf(const std::vector<Posting>& postings) {
  PostingPageBuilder builder;
  for (const Posting& posting : postings) builder.Add(posting);
  return builder.Finish();
}

void WritePostingPage(benchmark::State& state) {
  const std::vector<Posting> postings = PageOfPostings(state);
  for (auto _ : state) benchmark::DoNotOptimize(PageOf(postings));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * postings.size()));
}
BENCHMARK(WritePostingPage)->Arg(0)->Arg(16)->Arg(45);

void ReadPostingPage(benchmark::State& state) {
  const std::vector<Posting> postings = PageOfPostings(state);
  const std::string page = PageOf(postings);
  std::vector<Posting> read;
  for (auto _ : state) benchmark::DoNotOptimize(DecodePostingPage(0, page, &read));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * postings.size()));
}
BENCHMARK(ReadPostingPage)->Arg(0)->Arg(16)->Arg(45);

// The same with the evidence enciphered, as the index stores it.
const BoundCipher& Cipher() {
  static const BoundCipher cipher(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                  std::vector<uint8_t>(BoundCipher::kKeySize, 2));
  return cipher;
}
constexpr char kPageKey[] = "20 bytes of its key.";

void WriteSealedPostingPage(benchmark::State& state) {
  const std::vector<Posting> postings = PageOfPostings(state);
  for (auto _ : state) {
    std::string page = PageOf(postings);
    SealEvidence(Cipher(), kPageKey, &page);
    benchmark::DoNotOptimize(page);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * postings.size()));
}
BENCHMARK(WriteSealedPostingPage)->Arg(0)->Arg(16)->Arg(45);

void ReadSealedPostingPage(benchmark::State& state) {
  const std::vector<Posting> postings = PageOfPostings(state);
  std::string sealed = PageOf(postings);
  SealEvidence(Cipher(), kPageKey, &sealed);
  std::string page;
  std::vector<Posting> read;
  for (auto _ : state) {
    page = sealed;
    OpenEvidence(Cipher(), kPageKey, &page);
    benchmark::DoNotOptimize(DecodePostingPage(0, page, &read));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * postings.size()));
}
BENCHMARK(ReadSealedPostingPage)->Arg(0)->Arg(16)->Arg(45);

// The second argument is MiB of memory; 64 MiB of postings need several runs of 16 MiB.
void Sorter(benchmark::State& state) {
  const TemporaryFolder folder;
  const std::vector<Posting> postings = RandomPostings(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    ExternalSorter<Posting> sorter(folder.path(), static_cast<uint64_t>(state.range(1)) << 20);
    for (const Posting& posting : postings) {
      if (!sorter.Add(posting).ok()) return state.SkipWithError("cannot add");
    }
    if (!sorter.Sort().ok()) return state.SkipWithError("cannot sort");
    for (auto next = sorter.Next(); next.ok() && *next != nullptr; next = sorter.Next()) {
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(Sorter)->Args({2 << 20, 512})->Args({2 << 20, 16})->Unit(benchmark::kMillisecond);

// Pairs per second: compares the codes of two postings of one token, field by field.
void CompareEvidence(benchmark::State& state) {
  const auto text = ReadFile(BLINDLINK_SOURCE_DIR "/deploy/plans/us-default.textproto");
  const auto plan = text.ok() ? Plan::Parse(*text) : absl::StatusOr<Plan>(text.status());
  if (!plan.ok()) return state.SkipWithError("no plan");
  const EvidenceLayout& layout = plan->evidence();
  const FieldLevels levels(plan->proto(), layout);
  constexpr size_t kPostings = 1024;
  const size_t width = layout.WidthOf(0);
  std::vector<uint8_t> codes(kPostings * width);
  std::mt19937_64 random(1);
  for (uint8_t& byte : codes) byte = static_cast<uint8_t>(random());
  size_t at = 1;
  for (auto _ : state) {
    const EvidenceBits bits = layout.Compare(0, &codes[(at - 1) * width], &codes[at * width],
                                             /*exact_meeting=*/true);
    benchmark::DoNotOptimize(levels.PatternOf(bits, /*tokens=*/1, /*name_rarity=*/0));
    at = at + 1 < kPostings ? at + 1 : 1;
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(CompareEvidence);

// Pairs per second: a million random ones between two sites of a million records.
void GrowEntities(benchmark::State& state) {
  constexpr uint32_t kRecords = 1'000'000;
  std::mt19937_64 random(1);
  std::vector<EntityPair> pairs(kRecords);
  for (EntityPair& pair : pairs) {
    pair.score = 0.9 + static_cast<double>(random() % 1000) / 10000;
    pair.left = static_cast<uint32_t>(random() % kRecords);
    pair.right = static_cast<uint32_t>(kRecords + random() % kRecords);
  }
  EntityOptions options;
  options.one_per_person = {false, false};
  for (auto _ : state) {
    EntityGrower grower(
        2 * kRecords, pairs,
        [](uint32_t record) { return static_cast<uint16_t>(record / kRecords); }, options);
    if (!grower.Grow([](double) { return absl::OkStatus(); }).ok()) state.SkipWithError("stopped");
    benchmark::DoNotOptimize(grower.FirstRecords());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * pairs.size()));
}
BENCHMARK(GrowEntities)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace blindlink::resolver
