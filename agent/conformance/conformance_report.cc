#include "agent/conformance/conformance_report.h"

#include <unicode/uversion.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/standardize/standardizer_version.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

// The version of the library loaded at run time, which need not be the one this was built with.
std::string IcuVersion() {
  UVersionInfo version;
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_getVersion(version);
  u_versionToString(version, text);
  return text;
}

}  // namespace

std::string ConformanceToText(const Conformance& report, absl::string_view program) {
  std::string out = absl::StrFormat("%s, standardizer %s, ICU %s\nvectors  %s\n\n  %-18s %8s %8s\n",
                                    program, kStandardizerVersion, IcuVersion(),
                                    report.vectors_sha256, "", "vectors", "agree");
  for (const ConformanceGroup& group : report.groups) {
    absl::StrAppendFormat(&out, "  %-18s %8d %8d\n", group.name, group.vectors,
                          group.vectors - group.differences.size());
    for (const ConformanceDifference& difference : group.differences) {
      absl::StrAppend(&out, "    line ", difference.line, ": ", difference.output, "\n");
    }
  }
  absl::StrAppendFormat(&out, "\n%d of %d vectors agree\noutputs  %s\n",
                        report.vectors() - report.differing(), report.vectors(),
                        report.outputs_sha256);
  return out;
}

std::string ConformanceToJson(const Conformance& report, absl::string_view program) {
  JsonWriter json;
  json.BeginObject();
  json.Key("program").Text(program);
  json.Key("standardizer_version").Text(kStandardizerVersion);
  json.Key("icu_version").Text(IcuVersion());
  json.Key("vectors_sha256").Text(report.vectors_sha256);
  json.Key("outputs_sha256").Text(report.outputs_sha256);
  json.Key("vectors").Number(uint64_t{report.vectors()});
  json.Key("differing").Number(uint64_t{report.differing()});
  json.Key("groups").BeginArray();
  for (const ConformanceGroup& group : report.groups) {
    json.BeginObject();
    json.Key("name").Text(group.name);
    json.Key("vectors").Number(uint64_t{group.vectors});
    json.Key("differences").BeginArray();
    for (const ConformanceDifference& difference : group.differences) {
      json.BeginObject();
      json.Key("line").Number(uint64_t{difference.line});
      json.Key("output").Text(difference.output);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

}  // namespace blindlink::agent
