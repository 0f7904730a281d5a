#include "tests/population/site_layout.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/population/text_output.h"
#include "tests/population/word_errors.h"

namespace blindlink::population {
namespace {

void Comma(absl::string_view value, std::string& out) {
  out.push_back(',');
  AppendField(value, out);
}

void Digits(unsigned value, int width, std::string& out) {
  for (int power = width == 4 ? 1000 : 10; power > 0; power /= 10) {
    out.push_back(static_cast<char>('0' + value / power % 10));
  }
}

std::string UpperWithoutAccents(absl::string_view text) { return UpperCase(WithoutAccents(text)); }

class Registry : public SiteLayout {
 public:
  absl::string_view name() const override { return "registry"; }
  char id_letter() const override { return 'R'; }

  void AppendHeader(const Without& without, std::string& out) const override {
    out.append("id,given_name");
    if (!without.middle_name) out.append(",middle_name");
    out.append(",surname,suffix");
    if (!without.sex) out.append(",gender");
    if (!without.date_of_birth) out.append(",birth_date");
    if (!without.address) out.append(",address,city,state,zip");
    if (!without.ssn) out.append(",ssn");
    if (!without.phone) out.append(",phone");
    if (!without.email) out.append(",email");
    out.push_back('\n');
  }

  void AppendRow(absl::string_view id, const Record& record, const Without& without,
                 std::string& out) const override {
    out.append(id.data(), id.size());
    Comma(record.first, out);
    if (!without.middle_name) Comma(record.middle, out);
    Comma(record.last, out);
    Comma(record.suffix, out);
    if (!without.sex) Comma(record.sex == Sex::kMale ? "Male" : "Female", out);
    if (!without.date_of_birth) AppendDate(record, out);
    if (!without.address) AppendAddress(record, out);
    if (!without.ssn) AppendDashed(record.ssn, 3, 5, out);
    if (!without.phone) AppendDashed(record.phone, 3, 6, out);
    if (!without.email) Comma(record.email, out);
    out.push_back('\n');
  }

 private:
  static void AppendDate(const Record& record, std::string& out) {
    out.push_back(',');
    if (!record.has_birth) return;
    Digits(static_cast<unsigned>(record.birth.month()), 2, out);
    out.push_back('/');
    Digits(static_cast<unsigned>(record.birth.day()), 2, out);
    out.push_back('/');
    Digits(static_cast<unsigned>(YearOf(record.birth)), 4, out);
  }
  static void AppendAddress(const Record& record, std::string& out) {
    const bool unit = !record.street.empty() && !record.unit.empty();
    Comma(unit ? absl::StrCat(record.street, " ", record.unit) : record.street, out);
    Comma(record.city, out);
    Comma(record.state, out);
    Comma(record.zip, out);
  }
  // 123456789 as 123-45-6789.
  static void AppendDashed(absl::string_view digits, size_t first, size_t second,
                           std::string& out) {
    out.push_back(',');
    if (digits.empty()) return;
    absl::StrAppend(&out, digits.substr(0, first), "-", digits.substr(first, second - first), "-",
                    digits.substr(second));
  }
};

class Claims : public SiteLayout {
 public:
  absl::string_view name() const override { return "claims"; }
  char id_letter() const override { return 'C'; }

  void AppendHeader(const Without& without, std::string& out) const override {
    out.append("member_id,last_name,first_name");
    if (!without.middle_name) out.append(",mi");
    if (!without.date_of_birth) out.append(",dob");
    if (!without.sex) out.append(",sex");
    if (!without.address) out.append(",street_address,unit,city,state,zip_code");
    if (!without.ssn) out.append(",ssn");
    if (!without.phone) out.append(",phone_number");
    if (!without.email) out.append(",email");
    out.push_back('\n');
  }

  void AppendRow(absl::string_view id, const Record& record, const Without& without,
                 std::string& out) const override {
    out.append(id.data(), id.size());
    const std::string last = UpperWithoutAccents(record.last);
    Comma(record.suffix.empty() ? last : absl::StrCat(last, " ", UpperCase(record.suffix)), out);
    Comma(UpperWithoutAccents(record.first), out);
    if (!without.middle_name) Comma(UpperWithoutAccents(record.middle).substr(0, 1), out);
    if (!without.date_of_birth) AppendDate(record, out);
    if (!without.sex) Comma(record.sex == Sex::kMale ? "M" : "F", out);
    if (!without.address) {
      Comma(UpperCase(record.street), out);
      Comma(UpperCase(record.unit), out);
      Comma(UpperCase(record.city), out);
      Comma(record.state, out);
      Comma(record.zip, out);
    }
    if (!without.ssn) Comma(record.ssn, out);
    if (!without.phone) Comma(record.phone, out);
    if (!without.email) Comma(record.email, out);
    out.push_back('\n');
  }

 private:
  static void AppendDate(const Record& record, std::string& out) {
    out.push_back(',');
    if (!record.has_birth) return;
    Digits(static_cast<unsigned>(YearOf(record.birth)), 4, out);
    out.push_back('-');
    Digits(static_cast<unsigned>(record.birth.month()), 2, out);
    out.push_back('-');
    Digits(static_cast<unsigned>(record.birth.day()), 2, out);
  }
};

}  // namespace

const SiteLayout& RegistryLayout() {
  static const Registry* const kLayout = new Registry();
  return *kLayout;
}

const SiteLayout& ClaimsLayout() {
  static const Claims* const kLayout = new Claims();
  return *kLayout;
}

}  // namespace blindlink::population
