#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "agent/input/hl7_segment.h"
#include "agent/input/period.h"
#include "agent/input/row_cells.h"

namespace blindlink::agent {

// What the PID segment of an HL7 v2 message says of a person, as columns named after the roles of
// column_roles.h. Of several names the legal one counts, of several addresses the home; names,
// addresses and numbers whose time has ended or not begun do not count. docs/input-formats.md says
// what becomes of each field. Not thread-safe.
class Hl7Person {
 public:
  struct Options {
    Hl7Separators separators;
    bool windows_1252 = false;  // the encoding of the segment; otherwise UTF-8
    absl::CivilDay today;
    // Called for a value that is not used, or needs a look: the field ("PID-7") and why.
    std::function<void(absl::string_view field, const char* reason)> note;
  };
  explicit Hl7Person(Options options) : options_(std::move(options)) {}

  // Adds what `segment`, a PID segment, says.
  void Read(absl::string_view segment, RowCells* cells);

 private:
  using Pieces = std::vector<absl::string_view>;

  // One repetition of a field.
  struct Repetition {
    Pieces components;
    PeriodState state;
  };
  // The repetitions of a field that are not empty. The period of each is in the components `range`,
  // `start` and `end`, counted from 1; 0 if there is no such component.
  struct PeriodAt {
    size_t range, start, end;
  };
  std::vector<Repetition> Repetitions(absl::string_view field, PeriodAt period);

  // The text of a value; empty, and noted, if it cannot be read.
  std::string Text(absl::string_view raw);
  // The first subcomponent of a component, counted from 1.
  std::string Component(const Pieces& components, size_t number);

  void ReadIdentifiers(RowCells* cells);
  void AddIdentifier(absl::string_view type, const std::string& value, RowCells* cells);
  void ReadNames(RowCells* cells);
  std::string FamilyName(const Pieces& name);
  void ReadBirthDate(RowCells* cells);
  void ReadAddresses(RowCells* cells);
  std::string Street(const Pieces& address);
  void ReadTelecoms(absl::string_view field, RowCells* cells);
  void ReadTelecom(const Pieces& telecom, RowCells* cells);
  void ReadSsn(RowCells* cells);

  absl::string_view Field(size_t number) const { return Hl7Piece(fields_, number); }
  void Note(const char* reason) { options_.note(field_, reason); }

  const Options options_;
  Pieces fields_;            // of the segment; fields_[n] is PID-n
  absl::string_view field_;  // the name of the field that is being read
};

}  // namespace blindlink::agent
