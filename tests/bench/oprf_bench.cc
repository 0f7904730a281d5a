// Benchmarks of oblivious tokens (docs/oblivious-keys.md), each of a batch, by token: what a site's
// agent does before and after the key server, and what the key server does.
//   blindlink-inner-bench --benchmark_filter=Oblivious
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "common/oprf/blinded_batch.h"
#include "common/oprf/group.h"
#include "common/oprf/oprf_key.h"

namespace blindlink {
namespace {

constexpr size_t kBatch = 1024;

std::vector<std::string> Hashes() {
  std::vector<std::string> hashes;
  for (size_t i = 0; i < kBatch; ++i) hashes.push_back("a token key's hash " + std::to_string(i));
  return hashes;
}

OprfKey Key() { return OprfKey::Derive(RandomScalar(), "bench"); }

void ObliviousBlind(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(BlindedBatch(Hashes()).elements().data());
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}
BENCHMARK(ObliviousBlind)->Unit(benchmark::kMillisecond);

void ObliviousEvaluate(benchmark::State& state) {
  const OprfKey key = Key();
  const BlindedBatch batch(Hashes());
  for (auto _ : state) benchmark::DoNotOptimize(key.Evaluate(batch.elements()).ok());
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}
BENCHMARK(ObliviousEvaluate)->Unit(benchmark::kMillisecond);

// Most of it is the check of the proof.
void ObliviousFinalize(benchmark::State& state) {
  const OprfKey key = Key();
  const BlindedBatch batch(Hashes());
  const OprfEvaluation evaluation = *key.Evaluate(batch.elements());
  for (auto _ : state) {
    benchmark::DoNotOptimize(batch.Finalize(evaluation, key.public_key()).ok());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}
BENCHMARK(ObliviousFinalize)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace blindlink
