#include "common/parquet/value_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/string_view.h"

namespace blindlink {
namespace {

using Kind = ValueType::Kind;

template <typename T>
std::string TextOf(ValueType type, T value) {
  std::string text;
  EXPECT_TRUE(AppendValueText(
      type, absl::string_view(reinterpret_cast<const char*>(&value), sizeof(value)), &text));
  return text;
}

template <typename T>
bool IsAllowed(ValueType type, T value) {
  std::string text;
  return AppendValueText(
      type, absl::string_view(reinterpret_cast<const char*>(&value), sizeof(value)), &text);
}

TEST(ValueText, NumbersHaveNoPointIfTheyAreWhole) {
  EXPECT_EQ(TextOf({.physical = PhysicalType::kDouble}, 2115.0), "2115");
  EXPECT_EQ(TextOf({.physical = PhysicalType::kDouble}, -0.25), "-0.25");
  EXPECT_EQ(TextOf({.physical = PhysicalType::kFloat}, 3.0F), "3");
  EXPECT_EQ(TextOf({.physical = PhysicalType::kInt32}, int32_t{-7}), "-7");
  EXPECT_EQ(TextOf({.physical = PhysicalType::kInt32, .kind = Kind::kUnsigned}, int32_t{-1}),
            "4294967295");
}

TEST(ValueText, WhatIsNoNumberHasNoText) {
  EXPECT_EQ(TextOf({.physical = PhysicalType::kDouble}, std::numeric_limits<double>::quiet_NaN()),
            "");
  EXPECT_EQ(TextOf({.physical = PhysicalType::kDouble}, std::numeric_limits<double>::infinity()),
            "");
}

TEST(ValueText, DaysBeforeAndAfter1970) {
  const ValueType date = {.physical = PhysicalType::kInt32, .kind = Kind::kDate};
  EXPECT_EQ(TextOf(date, int32_t{0}), "1970-01-01");
  EXPECT_EQ(TextOf(date, int32_t{-1}), "1969-12-31");
  EXPECT_EQ(TextOf(date, int32_t{-25509}), "1900-02-28");
  EXPECT_EQ(TextOf(date, int32_t{19782}), "2024-02-29");
}

TEST(ValueText, ATimestampOfAWallClockIsNoInstant) {
  ValueType type = {
      .physical = PhysicalType::kInt64, .kind = Kind::kTimestamp, .units_per_second = 1'000};
  EXPECT_EQ(TextOf(type, int64_t{0}), "1970-01-01 00:00:00");
  EXPECT_EQ(TextOf(type, int64_t{-1}), "1969-12-31 23:59:59.999");
  EXPECT_EQ(TextOf(type, std::numeric_limits<int64_t>::min()), "") << "numpy's NaT";
  type.is_instant = true;
  EXPECT_EQ(TextOf(type, int64_t{86'400'000}), "1970-01-02T00:00:00Z");
}

TEST(ValueText, TimestampsOf96Bits) {
  const ValueType type = {.physical = PhysicalType::kInt96,
                          .kind = Kind::kTimestamp,
                          .units_per_second = 1'000'000'000,
                          .is_instant = true};
  struct __attribute__((packed)) Int96 {
    int64_t nanoseconds;
    uint32_t julian_day;
  };
  EXPECT_EQ(TextOf(type, Int96{0, 2'440'588}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(TextOf(type, Int96{15 * 3'600'000'000'000, 2'440'587}), "1969-12-31T15:00:00Z");
  EXPECT_FALSE(IsAllowed(type, Int96{-1, 2'440'588}));
  EXPECT_FALSE(IsAllowed(type, Int96{86'400'000'000'000, 2'440'588}));
}

TEST(ValueText, DecimalsKeepTheirDigits) {
  const ValueType cents = {.physical = PhysicalType::kInt64, .kind = Kind::kDecimal, .scale = 2};
  EXPECT_EQ(TextOf(cents, int64_t{5}), "0.05");
  EXPECT_EQ(TextOf(cents, int64_t{-120}), "-1.20");
  EXPECT_EQ(TextOf(cents, std::numeric_limits<int64_t>::min()), "-92233720368547758.08");
  const ValueType bytes = {.kind = Kind::kDecimal, .scale = 0};
  std::string text;
  EXPECT_TRUE(AppendValueText(bytes, "\xff", &text));
  EXPECT_EQ(text, "-1");
  text.clear();
  EXPECT_TRUE(AppendValueText(bytes, "", &text));
  EXPECT_EQ(text, "0");
  EXPECT_FALSE(AppendValueText(bytes, std::string(17, '\1'), &text));
}

TEST(ValueText, ATimeOfDayIsWithinTheDay) {
  const ValueType time = {
      .physical = PhysicalType::kInt32, .kind = Kind::kTimeOfDay, .units_per_second = 1'000};
  EXPECT_EQ(TextOf(time, int32_t{45'296'007}), "12:34:56.007");
  EXPECT_FALSE(IsAllowed(time, int32_t{86'400'000}));
  EXPECT_FALSE(IsAllowed(time, int32_t{-1}));
}

}  // namespace
}  // namespace blindlink
