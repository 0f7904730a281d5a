#include "agent/input/fhir_documents.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "agent/input/fhir_text.h"
#include "common/base/status_macros.h"
#include "common/csv/windows1252.h"

namespace blindlink::agent {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Bundles within Bundles: answers to a batch of searches.
constexpr int kMaxDepth = 2;

// Whether a line is an object of its own, or a resource.
bool IsObject(absl::string_view line, bool resource) {
  simdjson::dom::parser parser;
  object parsed;
  const std::string copy(line);
  if (parser.parse(copy).get_object().get(parsed) != simdjson::SUCCESS) return false;
  return !resource || !FhirText(parsed, {"/resourceType"}).empty();
}

// Whether the buffer begins with NDJSON: its first line is an object, or is broken but followed by
// a resource. Otherwise an object goes on over several lines, or the only line has no end.
absl::StatusOr<bool> HasLines(InputBuffer* buffer) {
  size_t end = buffer->unread().find('\n');
  while (end == absl::string_view::npos && !buffer->at_end() &&
         buffer->unread().size() < kMaxRowBytes) {
    BL_RETURN_IF_ERROR(buffer->Fill());
    end = buffer->unread().find('\n');
  }
  if (end == absl::string_view::npos) return false;
  const absl::string_view first = absl::StripAsciiWhitespace(buffer->unread().substr(0, end));
  if (IsObject(first, /*resource=*/false)) return true;
  // Where a document is broken into lines.
  const bool goes_on = first.empty() || absl::StrContains(":,[{", first.back());
  const absl::string_view second = buffer->unread().substr(end + 1);
  return !goes_on && IsObject(second.substr(0, second.find('\n')), /*resource=*/true);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FhirDocuments>> FhirDocuments::Open(InputBuffer buffer,
                                                                   RejectLog* rejects) {
  auto documents = absl::WrapUnique(new FhirDocuments(rejects));
  BL_ASSIGN_OR_RETURN(const bool has_lines, HasLines(&buffer));
  if (has_lines) {
    documents->lines_.emplace(std::move(buffer));
  } else {
    documents->documents_.emplace(std::move(buffer));
  }
  return documents;
}

absl::StatusOr<bool> FhirDocuments::Next(object* resource) {
  while (waiting_.empty()) {
    absl::string_view text;
    BL_ASSIGN_OR_RETURN(const bool more, NextText(&text));
    if (!more) return false;
    object parsed;
    if (const char* const reason = Parse(text, &parsed); reason != nullptr) {
      ++number_;
      Reject(reason);
      continue;
    }
    Unpack(parsed, 0);
    std::reverse(waiting_.begin(), waiting_.end());
  }
  *resource = waiting_.back();
  waiting_.pop_back();
  ++number_;
  return true;
}

void FhirDocuments::Reject(const char* reason) {
  ++rejected_;
  rejects_->Add({number_, "", reason}, /*whole_row=*/true);
}

double FhirDocuments::ShareRead() const {
  return lines_.has_value() ? lines_->ShareRead() : documents_->ShareRead();
}

absl::StatusOr<bool> FhirDocuments::NextText(absl::string_view* text) {
  return lines_.has_value() ? NextLine(text) : NextDocument(text);
}

absl::StatusOr<bool> FhirDocuments::NextLine(absl::string_view* text) {
  while (true) {
    const absl::string_view unread = lines_->unread().substr(0, kMaxRowBytes);
    const size_t end = unread.find('\n');
    const bool complete = end != absl::string_view::npos;
    if (!complete && unread.size() == kMaxRowBytes) {
      ++number_;
      Reject("row-too-long");
      BL_RETURN_IF_ERROR(lines_->SkipLine());
      continue;
    }
    if (!complete && !lines_->at_end()) {
      BL_RETURN_IF_ERROR(lines_->Fill());
      continue;
    }
    if (unread.empty()) return false;
    *text = absl::StripAsciiWhitespace(unread.substr(0, end));
    lines_->Consume(complete ? end + 1 : unread.size());
    if (!text->empty()) return true;
  }
}

absl::StatusOr<bool> FhirDocuments::NextDocument(absl::string_view* text) {
  while (true) {
    BL_ASSIGN_OR_RETURN(const JsonSplitter::Found found, documents_->Next(text));
    switch (found) {
      case JsonSplitter::Found::kText:
        return true;
      case JsonSplitter::Found::kEnd:
        return false;
      case JsonSplitter::Found::kCutOffBetween:
        rejects_->Add({number_, "", "truncated"}, /*whole_row=*/false);
        break;
      case JsonSplitter::Found::kTooLong:
      case JsonSplitter::Found::kCutOff:
        ++number_;
        Reject(found == JsonSplitter::Found::kCutOff ? "truncated" : "row-too-long");
        break;
    }
  }
}

const char* FhirDocuments::Parse(absl::string_view text, object* parsed) {
  const TextKind kind = encoding_.KindOf(text);
  if (kind.windows_1252) {
    converted_ = Windows1252ToUtf8(text);
    text = converted_;
    rejects_->Add({number_ + 1, "", "read-as-windows-1252"}, /*whole_row=*/false);
  }
  element document;
  const simdjson::error_code error = parser_.parse(text.data(), text.size()).get(document);
  if (error == simdjson::UTF8_ERROR) return "not-utf8";
  if (error != simdjson::SUCCESS) return "malformed-json";
  return document.get_object().get(*parsed) == simdjson::SUCCESS ? nullptr : "not-an-object";
}

void FhirDocuments::Unpack(const object& parsed, int depth) {
  if (FhirText(parsed, {"/resourceType"}).empty()) {
    // An entry of a Bundle that was not read as a whole.
    object resource;
    const bool is_entry = parsed.at_key("resource").get_object().get(resource) == simdjson::SUCCESS;
    if (is_entry && depth < kMaxDepth) return Unpack(resource, depth + 1);
  }
  array entries;
  if (FhirText(parsed, {"/resourceType"}) != "Bundle" || depth == kMaxDepth) {
    waiting_.push_back(parsed);
    return;
  }
  if (parsed.at_key("entry").get_array().get(entries) != simdjson::SUCCESS) return;
  for (const element each : entries) {
    object resource;
    if (each.at_pointer("/resource").get_object().get(resource) == simdjson::SUCCESS) {
      Unpack(resource, depth + 1);
    }
  }
}

}  // namespace blindlink::agent
