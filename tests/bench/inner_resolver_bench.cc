// The resolver's inner pieces, each for itself: pages of postings, the external sorter.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "resolver/extsort/external_sorter.h"
#include "resolver/index/posting_page.h"
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

// Postings a second, with bytes of evidence each as the argument says.
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
