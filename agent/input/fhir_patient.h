#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "agent/input/row_cells.h"
#include "simdjson.h"

namespace blindlink::agent {

// What a FHIR R4 Patient says of a person, as columns named after the roles of column_roles.h. Of
// several names the official one counts, then the usual; of several addresses the home; what is
// old, or whose period has ended or not begun, does not count, but a former family name is kept as
// maiden_name. docs/input-formats.md says what becomes of each element. Not thread-safe.
class FhirPatient {
 public:
  // Called for a value that is not used, or needs a look: the element and why.
  using Note = std::function<void(absl::string_view element, const char* reason)>;
  FhirPatient(absl::CivilDay today, Note note) : today_(today), note_(std::move(note)) {}

  // Adds what `patient` says.
  void Read(const simdjson::dom::object& patient, RowCells* cells) const;

 private:
  using Object = simdjson::dom::object;
  // The objects of an array, such as Patient.name.
  static std::vector<Object> ObjectsAt(const Object& patient, const char* member);
  // The strings of an array from number `first` on, joined by `separator`.
  static std::string TextsAt(const Object& object, const char* member, size_t first,
                             absl::string_view separator);
  // Whether it holds today, by its use and period.
  bool IsCurrent(const Object& value, absl::string_view element) const;

  void ReadIdentifiers(const Object& patient, RowCells* cells) const;
  void ReadNames(const Object& patient, RowCells* cells) const;
  void ReadBirthDate(const Object& patient, RowCells* cells) const;
  void ReadAddresses(const Object& patient, RowCells* cells) const;
  void ReadTelecoms(const Object& patient, RowCells* cells) const;
  void ReadLinks(const Object& patient) const;

  const absl::CivilDay today_;
  const Note note_;
};

}  // namespace blindlink::agent
