#include "tests/bench/load/outcome.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"
#include "tests/support/sanitizers.h"

namespace blindlink::load {
namespace {

constexpr const char* kQuarterNames[kQuarters] = {"first", "second, strangers", "third, strangers",
                                                  "fourth"};

// Descriptors that a resolver may have open in the last quarter beyond those of the first.
constexpr uint64_t kMoreDescriptors = 200;

std::string After(double seconds) {
  return seconds < 0 ? "**never**" : absl::StrFormat("%.1f s", seconds);
}

void AppendCalls(const Outcome& outcome, std::string* out) {
  absl::StrAppend(out,
                  "| call | strangers | calls | failures | p50 ms | p95 ms | p99 ms | max ms |\n"
                  "|---|---|---:|---:|---:|---:|---:|---:|\n");
  for (size_t kind = 0; kind < kKinds; ++kind) {
    for (size_t phase = 0; phase < kPhases; ++phase) {
      const CallLog::Row& row = outcome.calls[kind][phase];
      absl::StrAppendFormat(out, "| %s | %s | %d | %d | %.0f | %.0f | %.0f | %.0f |\n",
                            phase == 0 ? NameOf(static_cast<Kind>(kind)) : "",
                            NameOf(static_cast<Phase>(phase)), row.calls, row.failures, row.p50_ms,
                            row.p95_ms, row.p99_ms, row.max_ms);
    }
  }
}

void AppendResolver(const Outcome& outcome, std::string* out) {
  absl::StrAppend(
      out,
      "\n| the resolver | resident MiB, mean | most | descriptors, most | threads, most "
      "|\n|---|---:|---:|---:|---:|\n");
  absl::StrAppendFormat(out, "| at the start | %.0f | | %d | %d |\n", outcome.start.resident_mib,
                        outcome.start.descriptors, outcome.start.threads);
  for (size_t quarter = 0; quarter < kQuarters; ++quarter) {
    const ResolverFigures::Quarter& figures = outcome.quarters[quarter];
    absl::StrAppendFormat(out, "| %s | %.0f | %.0f | %d | %d |\n", kQuarterNames[quarter],
                          figures.mean_mib, figures.most_mib, figures.most_descriptors,
                          figures.most_threads);
  }
  absl::StrAppendFormat(out, "| at the end | %.0f | %.0f | %d | %d |\n", outcome.end.resident_mib,
                        outcome.peak_mib, outcome.end.descriptors, outcome.end.threads);
}

void AppendOthers(const Outcome& outcome, std::string* out) {
  absl::StrAppend(out, "\n| slow client | its stream was ended after |\n|---|---:|\n");
  for (const SlowClients::Cut& cut : outcome.cuts) {
    absl::StrAppendFormat(out, "| %s | %s |\n", cut.what, After(cut.seconds));
  }
  absl::StrAppendFormat(out, "| the connection of the first | %s |\n",
                        After(outcome.slow_connection_closed));
  absl::StrAppendFormat(
      out,
      "\nstrangers: at most %d connections held at the same time of %d wanted, %d "
      "made, %d refused, %d cut off\n",
      outcome.strangers_held, outcome.options.strangers, outcome.strangers_connected,
      outcome.strangers_refused, outcome.strangers_cut_off);
}

void WriteRow(const CallLog::Row& row, JsonWriter* json) {
  json->BeginObject().Key("calls").Number(row.calls).Key("failures").Number(row.failures);
  json->Key("p50_ms").Number(row.p50_ms).Key("p95_ms").Number(row.p95_ms);
  json->Key("p99_ms").Number(row.p99_ms).Key("max_ms").Number(row.max_ms).EndObject();
}

void WriteCalls(const Outcome& outcome, JsonWriter* json) {
  json->Key("calls").BeginObject();
  for (size_t kind = 0; kind < kKinds; ++kind) {
    json->Key(NameOf(static_cast<Kind>(kind))).BeginObject();
    for (size_t phase = 0; phase < kPhases; ++phase) {
      json->Key(NameOf(static_cast<Phase>(phase)));
      WriteRow(outcome.calls[kind][phase], json);
    }
    json->EndObject();
  }
  json->EndObject();
}

void WriteResolver(const Outcome& outcome, JsonWriter* json) {
  json->Key("resolver").BeginObject();
  json->Key("start_mib").Number(outcome.start.resident_mib);
  json->Key("quarters").BeginArray();
  for (const ResolverFigures::Quarter& quarter : outcome.quarters) {
    json->BeginObject().Key("mean_mib").Number(quarter.mean_mib);
    json->Key("most_mib").Number(quarter.most_mib);
    json->Key("most_descriptors").Number(quarter.most_descriptors);
    json->Key("most_threads").Number(quarter.most_threads).EndObject();
  }
  json->EndArray();
  json->Key("end_mib").Number(outcome.end.resident_mib);
  json->Key("peak_mib").Number(outcome.peak_mib).EndObject();
}

void WriteOthers(const Outcome& outcome, JsonWriter* json) {
  json->Key("strangers").BeginObject().Key("most_held").Number(outcome.strangers_held);
  json->Key("connected").Number(outcome.strangers_connected);
  json->Key("refused").Number(outcome.strangers_refused);
  json->Key("cut_off").Number(outcome.strangers_cut_off).EndObject();
  json->Key("slow_clients").BeginObject();
  for (const SlowClients::Cut& cut : outcome.cuts) json->Key(cut.what).Number(cut.seconds);
  json->Key("connection").Number(outcome.slow_connection_closed).EndObject();
  json->Key("faults").BeginArray();
  for (const std::string& fault : Faults(outcome)) json->Text(fault);
  json->EndArray();
}

}  // namespace

std::vector<std::string> Faults(const Outcome& outcome) {
  std::vector<std::string> faults;
  if (!outcome.resolver_lives) faults.push_back("the resolver has ended");
  if (outcome.failures > 0) {
    faults.push_back(absl::StrCat(outcome.failures, " calls of honest parties failed"));
  }
  for (const std::string& starved : outcome.starved) {
    faults.push_back(absl::StrCat("no progress: ", starved));
  }
  for (const SlowClients::Cut& cut : outcome.cuts) {
    if (cut.seconds < 0) faults.push_back(absl::StrCat("never cut off: ", cut.what));
  }
  const uint64_t first = outcome.quarters[0].most_descriptors;
  const uint64_t last = outcome.quarters[kQuarters - 1].most_descriptors;
  if (last > first + kMoreDescriptors) {
    faults.push_back(absl::StrCat("in the last quarter the resolver has ", last,
                                  " descriptors open, in the first ", first));
  }
  const double growth = outcome.quarters[kQuarters - 1].mean_mib - outcome.quarters[0].mean_mib;
  if (!kSanitized && growth > outcome.options.memory_bound_mib) {
    faults.push_back(absl::StrFormat(
        "in the last quarter the resolver takes %.0f MiB more than in the first, more than %d",
        growth, outcome.options.memory_bound_mib));
  }
  return faults;
}

std::string TextOf(const Outcome& outcome) {
  std::string out = absl::StrFormat(
      "%d sites, %d researchers, %d strangers; %d people at each of two sites, %d records a "
      "dataset\n\n",
      outcome.options.sites, outcome.options.researchers, outcome.options.strangers,
      outcome.options.people, outcome.options.records);
  AppendCalls(outcome, &out);
  AppendResolver(outcome, &out);
  AppendOthers(outcome, &out);
  for (const std::string& text : outcome.failure_texts)
    absl::StrAppend(&out, "failed: ", text, "\n");
  for (const std::string& fault : Faults(outcome)) absl::StrAppend(&out, "FAULT: ", fault, "\n");
  return out;
}

std::string JsonOf(const Outcome& outcome) {
  JsonWriter json;
  json.BeginObject();
  WriteCalls(outcome, &json);
  WriteResolver(outcome, &json);
  WriteOthers(outcome, &json);
  json.EndObject();
  return json.Finish();
}

}  // namespace blindlink::load
