// The resolver's inner pieces, each for itself: the key codec, the external sorter.
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "resolver/extsort/external_sorter.h"
#include "resolver/index/key_codec.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {
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
  const std::vector<Posting> postings = RandomPostings(4096);
  size_t at = 0;
  for (auto _ : state) {
    const PostingKey key = EncodePosting(postings[at]);
    benchmark::DoNotOptimize(DecodePosting(AsView(key)));
    at = (at + 1) % postings.size();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(KeyCodec);

// The second argument: MiB of memory; 64 MiB of postings need several runs of 16.
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

}  // namespace
}  // namespace blindlink
