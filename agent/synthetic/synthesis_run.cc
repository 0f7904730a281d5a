#include "agent/synthetic/synthesis_run.h"

#include <cstdio>
#include <filesystem>
#include <memory>

#include "agent/synthetic/budget.h"
#include "agent/synthetic/synthesis_spec.h"
#include "agent/synthetic/synthesizer.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

absl::Status RunSynthesis(const SynthesisOptions& options) {
  BL_ASSIGN_OR_RETURN(const SynthesisSpec spec, LoadSynthesisSpec(options.spec));
  BL_ASSIGN_OR_RETURN(ReadTable read, ReadCodedTable(options.input, spec.columns));
  const std::unique_ptr<RandomSource> random =
      options.seed ? SeededRandom(*options.seed) : SystemRandom();
  const double rho = spec.proto.epsilon() > 0 ? RhoOf(spec.proto.epsilon(), spec.proto.delta()) : 0;
  Budget budget(rho);
  NoisyCounter counter(read.table, 1, budget, *random);
  const SynthesizedTable made =
      SynthesizeTable(spec.columns, counter, rho, spec.proto.rows(), *random);
  BL_RETURN_IF_ERROR(MakePrivateFolder(options.out));
  return WriteCodedTable(std::filesystem::path(options.out) / "persons.csv", spec.columns,
                         made.table, read.delimiter, *random);
}

}  // namespace blindlink::agent
