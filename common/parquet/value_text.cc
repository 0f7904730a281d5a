#include "common/parquet/value_text.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "common/base/hex.h"
#include "common/base/shortest_number.h"

namespace blindlink {
namespace {

// Of little-endian bytes, as this machine is.
template <typename T>
T Load(absl::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

int64_t FloorDivide(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

void AppendDay(int64_t days_since_1970, std::string* out) {
  const absl::CivilDay day = absl::CivilDay(1970, 1, 1) + days_since_1970;
  absl::StrAppendFormat(out, "%04d-%02d-%02d", day.year(), day.month(), day.day());
}

void AppendTimeOfDay(int64_t units, int64_t per_second, std::string* out) {
  const int64_t seconds = units / per_second;
  absl::StrAppendFormat(out, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  const int64_t fraction = units % per_second;
  if (fraction == 0) return;
  const int digits = per_second == 1'000 ? 3 : per_second == 1'000'000 ? 6 : 9;
  absl::StrAppendFormat(out, ".%0*d", digits, fraction);
}

void AppendTimestamp(int64_t day, int64_t units_of_day, const ValueType& type, std::string* out) {
  AppendDay(day, out);
  out->push_back(type.is_instant ? 'T' : ' ');
  AppendTimeOfDay(units_of_day, type.units_per_second, out);
  if (type.is_instant) out->push_back('Z');
}

bool AppendInt96(const ValueType& type, absl::string_view bytes, std::string* out) {
  constexpr int64_t kJulianDayOf1970 = 2'440'588;
  const auto nanoseconds = Load<int64_t>(bytes);
  const int64_t day = static_cast<int64_t>(Load<uint32_t>(bytes.substr(8))) - kJulianDayOf1970;
  if (nanoseconds < 0 || nanoseconds >= 86'400 * type.units_per_second) return false;
  AppendTimestamp(day, nanoseconds, type, out);
  return true;
}

void AppendDecimal(__int128 unscaled, int scale, std::string* out) {
  const bool negative = unscaled < 0;
  auto left = static_cast<unsigned __int128>(unscaled);
  if (negative) left = -left;
  std::string digits;
  for (int i = 0; left > 0 || i <= scale; ++i, left /= 10) {
    if (i == scale && scale > 0) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + static_cast<int>(left % 10)));
  }
  if (negative) digits.push_back('-');
  out->append(digits.rbegin(), digits.rend());
}

// Big-endian, two's complement.
__int128 UnscaledOfBytes(absl::string_view bytes) {
  unsigned __int128 value = 0;
  if (!bytes.empty() && (bytes[0] & 0x80) != 0) value = ~value;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return static_cast<__int128>(value);
}

void AppendReal(double value, std::string* out) {
  if (!std::isfinite(value)) return;
  constexpr double kExact = 9007199254740992;  // whole numbers up to 2^53 are exact
  if (std::trunc(value) == value && std::fabs(value) <= kExact) {
    absl::StrAppend(out, static_cast<int64_t>(value));
  } else {
    absl::StrAppend(out, ShortestNumber(value));
  }
}

void AppendUuid(absl::string_view bytes, std::string* out) {
  const std::string hex = HexEncode(bytes);
  absl::StrAppend(out, hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                  hex.substr(16, 4), "-", hex.substr(20));
}

bool AppendInteger(const ValueType& type, int64_t value, std::string* out) {
  const int64_t per_day = 86'400 * type.units_per_second;
  switch (type.kind) {
    case ValueType::Kind::kDate:
      AppendDay(value, out);
      return true;
    case ValueType::Kind::kTimeOfDay:
      if (value < 0 || value >= per_day) return false;
      AppendTimeOfDay(value, type.units_per_second, out);
      return true;
    case ValueType::Kind::kTimestamp: {
      // What numpy writes for no time.
      if (value == std::numeric_limits<int64_t>::min()) return true;
      const int64_t of_day = value % per_day;
      AppendTimestamp(FloorDivide(value, per_day), of_day < 0 ? of_day + per_day : of_day, type,
                      out);
      return true;
    }
    case ValueType::Kind::kDecimal:
      AppendDecimal(value, type.scale, out);
      return true;
    case ValueType::Kind::kUnsigned:
      if (type.physical == PhysicalType::kInt32) value = static_cast<uint32_t>(value);
      absl::StrAppend(out, static_cast<uint64_t>(value));
      return true;
    case ValueType::Kind::kPlain:
    case ValueType::Kind::kUuid:
      absl::StrAppend(out, value);
      return true;
  }
  return false;
}

}  // namespace

size_t FixedSizeOf(const ValueType& type) {
  switch (type.physical) {
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return 8;
    case PhysicalType::kInt96:
      return 12;
    case PhysicalType::kFixedLengthByteArray:
      return type.length;
    case PhysicalType::kBoolean:
    case PhysicalType::kByteArray:
      return 0;
  }
  return 0;
}

bool AppendValueText(const ValueType& type, absl::string_view bytes, std::string* out) {
  switch (type.physical) {
    case PhysicalType::kBoolean:
      absl::StrAppend(out, bytes[0] != 0 ? "true" : "false");
      return true;
    case PhysicalType::kInt32:
      return AppendInteger(type, Load<int32_t>(bytes), out);
    case PhysicalType::kInt64:
      return AppendInteger(type, Load<int64_t>(bytes), out);
    case PhysicalType::kInt96:
      return AppendInt96(type, bytes, out);
    case PhysicalType::kFloat:
      AppendReal(Load<float>(bytes), out);
      return true;
    case PhysicalType::kDouble:
      AppendReal(Load<double>(bytes), out);
      return true;
    case PhysicalType::kByteArray:
    case PhysicalType::kFixedLengthByteArray:
      break;
  }
  if (type.kind == ValueType::Kind::kUuid) {
    AppendUuid(bytes, out);
  } else if (type.kind == ValueType::Kind::kDecimal) {
    if (bytes.size() > sizeof(__int128)) return false;
    AppendDecimal(UnscaledOfBytes(bytes), type.scale, out);
  } else {
    out->append(bytes.data(), bytes.size());
  }
  return true;
}

}  // namespace blindlink
