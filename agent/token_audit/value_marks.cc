#include "agent/token_audit/value_marks.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/types/span.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/variants/variants.h"
#include "common/base/secret_bytes.h"
#include "common/crypto/random.h"

namespace blindlink::agent {
namespace {

constexpr size_t kPostalCode = 5;  // characters of a code that is compared: ZIP+4 -> ZIP

absl::string_view ComparedText(absl::string_view text, v1::Standardizer standardizer) {
  return standardizer == v1::POSTAL_CODE ? text.substr(0, kPostalCode) : text;
}

SipHashKey RandomKey() {
  const SecretBytes random = RandomBytes(sizeof(SipHashKey));
  SipHashKey key;
  std::memcpy(key.data(), random.Reveal().data(), sizeof(key));
  return key;
}

}  // namespace

ValueMarks::ValueMarks(const Plan& plan, const ChainLayout& layout) : key_(RandomKey()) {
  for (const size_t field : layout.targets()) {
    const auto standardizer = plan.proto().fields(static_cast<int>(field)).standardizer();
    targets_.push_back({field, standardizer, {v1::EXACT}});
  }
  for (const ChainWay& way : layout.ways()) {
    std::vector<v1::Form>& forms = targets_[way.target].forms;
    if (std::find(forms.begin(), forms.end(), way.form) == forms.end()) forms.push_back(way.form);
  }
}

ValueMarks::~ValueMarks() { WipeMemory(key_.data(), sizeof(key_)); }

size_t ValueMarks::MarkOfForm(size_t target, v1::Form form) const {
  const std::vector<v1::Form>& forms = targets_[target].forms;
  return static_cast<size_t>(std::find(forms.begin(), forms.end(), form) - forms.begin());
}

void ValueMarks::Append(const RecordValues& values, Marks* marks) const {
  for (size_t target = 0; target < targets_.size(); ++target) {
    const absl::Span<const StandardValue> found = values.StatedOf(targets_[target].field);
    const bool usable = !found.empty() && !found[0].damaged;
    AppendOf(target, usable ? absl::string_view(found[0].text) : absl::string_view(), marks);
  }
}

void ValueMarks::AppendNone(Marks* marks) const {
  for (size_t target = 0; target < targets_.size(); ++target) AppendOf(target, "", marks);
}

void ValueMarks::AppendOf(size_t target, absl::string_view text, Marks* marks) const {
  const Target& of = targets_[target];
  const size_t first = marks->size();
  marks->resize(first + of.forms.size(), 0);
  if (text.empty()) return;
  StandardValue value;
  value.text = std::string(ComparedText(text, of.standardizer));
  // 0 means none.
  (*marks)[first] = SipHash24(key_, value.text) | 1;
  std::vector<std::string> texts;
  for (size_t form = 1; form < of.forms.size(); ++form) {
    texts.clear();
    AppendForm(of.forms[form], of.standardizer, value, &texts);
    if (!texts.empty()) (*marks)[first + form] = SipHash24(key_, texts[0]) | 1;
  }
}

}  // namespace blindlink::agent
