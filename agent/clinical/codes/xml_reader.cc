#include "agent/clinical/codes/xml_reader.h"

#include <expat.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

struct Reading {
  XML_Parser parser;
  XmlHandler* handler;
};

XmlHandler* HandlerOf(void* reading) { return static_cast<Reading*>(reading)->handler; }

void Begin(void* reading, const XML_Char* name, const XML_Char** attributes) {
  HandlerOf(reading)->Begin(name, XmlAttributes(attributes));
}
void End(void* reading, const XML_Char* name) { HandlerOf(reading)->End(name); }
void Text(void* reading, const XML_Char* text, int size) {
  HandlerOf(reading)->Text({text, static_cast<size_t>(size)});
}
void StopAtEntity(void* reading, const XML_Char* name, int is_parameter, const XML_Char* value,
                  int size, const XML_Char* base, const XML_Char* system, const XML_Char* of_public,
                  const XML_Char* notation) {
  XML_StopParser(static_cast<Reading*>(reading)->parser, XML_FALSE);
}

}  // namespace

absl::string_view XmlAttributes::Get(absl::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == pair[0]) return pair[1];
  }
  return "";
}

absl::Status ReadXml(absl::string_view document, const std::string& path, XmlHandler* handler) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  Reading reading{parser.get(), handler};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), &Begin, &End);
  XML_SetCharacterDataHandler(parser.get(), &Text);
  XML_SetEntityDeclHandler(parser.get(), &StopAtEntity);
  constexpr size_t kLargest = size_t{1} << 31;
  if (document.size() >= kLargest) return absl::InvalidArgumentError(path + " is over 2 GiB");
  if (XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE) ==
      XML_STATUS_OK) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path, ", line ", XML_GetCurrentLineNumber(parser.get()),
                   ": not well-formed XML: ", XML_ErrorString(XML_GetErrorCode(parser.get()))));
}

}  // namespace blindlink::agent
