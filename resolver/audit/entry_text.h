#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"

namespace blindlink::resolver {

// Entries of the audit log as text for people and tools. Thread-safe.

// A row of a CSV file, and its header.
std::string CsvHeaderOfEntries();
std::string CsvRowOf(const v1::AuditEntry& entry);
// One line of JSON Lines, with the fields of the CSV file that are set.
std::string JsonLineOf(const v1::AuditEntry& entry);

// Whether the entry is about the project; every entry is about "".
bool IsAboutProject(absl::string_view project, const v1::AuditEntry& entry);

}  // namespace blindlink::resolver
