#include "common/parquet/file_metadata.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/parquet/compact_reader.h"

namespace blindlink {
namespace {

using Type = CompactReader::Type;

constexpr int kMaxNesting = 32;
constexpr size_t kMostElements = 100'000;
constexpr size_t kLongestName = 1'000;
constexpr int64_t kMaxScale = 38;
constexpr int64_t kMaxFixedLength = 1 << 20;

// ConvertedType of the format: what older writers say of a column.
enum Converted {
  kUtf8 = 0,
  kMap = 1,
  kMapKeyValue = 2,
  kListOf = 3,
  kEnum = 4,
  kConvertedDecimal = 5,
  kConvertedDate = 6,
  kTimeMillis = 7,
  kTimeMicros = 8,
  kTimestampMillis = 9,
  kTimestampMicros = 10,
  kUint8 = 11,
  kUint64 = 14,
  kInt8 = 15,
  kConvertedInt64 = 18,
  kConvertedJson = 19,
  kBson = 20,
  kInterval = 21,
};

// LogicalType of the format, a union: the number of its field.
enum Logical {
  kString = 1,
  kLogicalEnum = 4,
  kLogicalDecimal = 5,
  kLogicalDate = 6,
  kTime = 7,
  kLogicalTimestamp = 8,
  kInteger = 10,
  kUnknown = 11,
  kLogicalJson = 12,
  kLogicalUuid = 14,
};

// Repetition of the format.
enum Repetition { kRequired = 0, kOptional = 1, kRepeated = 2 };

struct LogicalType {
  int id = 0;  // 0: none
  int64_t scale = 0;
  int64_t units_per_second = 0;
  bool is_instant = false;
  bool is_signed = true;
};

struct SchemaElement {
  std::optional<int64_t> physical;  // none: a structure
  int64_t length = 0;
  int64_t repetition = kRequired;
  std::string name;
  int64_t children = 0;
  std::optional<int64_t> converted;
  int64_t scale = 0;
  LogicalType logical;
};

absl::Status Damaged(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the Parquet file is damaged or cut off: ", what));
}

int64_t ReadTimeUnit(CompactReader* in, Type type) {
  int64_t units = 0;
  in->Struct(type, [&](int id, Type unit) {
    in->Skip(unit);
    if (id == 1) units = 1'000;
    if (id == 2) units = 1'000'000;
    if (id == 3) units = 1'000'000'000;
  });
  return units;
}

LogicalType ReadLogicalType(CompactReader* in, Type type) {
  LogicalType logical;
  in->Struct(type, [&](int id, Type of) {
    logical.id = id;
    in->Struct(of, [&](int field, Type value) {
      if (id == kLogicalDecimal && field == 1) {
        logical.scale = in->Int(value);
      } else if ((id == kTime || id == kLogicalTimestamp) && field == 1) {
        logical.is_instant = in->Bool(value);
      } else if ((id == kTime || id == kLogicalTimestamp) && field == 2) {
        logical.units_per_second = ReadTimeUnit(in, value);
      } else if (id == kInteger && field == 2) {
        logical.is_signed = in->Bool(value);
      } else {
        in->Skip(value);
      }
    });
  });
  return logical;
}

SchemaElement ReadSchemaElement(CompactReader* in, Type type) {
  SchemaElement element;
  in->Struct(type, [&](int id, Type field) {
    switch (id) {
      case 1:
        element.physical = in->Int(field);
        break;
      case 2:
        element.length = in->Int(field);
        break;
      case 3:
        element.repetition = in->Int(field);
        break;
      case 4:
        element.name = std::string(in->Binary(field));
        break;
      case 5:
        element.children = in->Int(field);
        break;
      case 6:
        element.converted = in->Int(field);
        break;
      case 7:
        element.scale = in->Int(field);
        break;
      case 10:
        element.logical = ReadLogicalType(in, field);
        break;
      default:
        in->Skip(field);
    }
  });
  return element;
}

// Fails if the chunk lies in another file, is encrypted, or says nothing of its pages.
ColumnChunk ReadColumnChunk(CompactReader* in, Type type) {
  ColumnChunk chunk;
  int64_t physical = -1;
  int64_t codec = -1;
  int64_t values = -1;
  int64_t size = -1;
  int64_t data_offset = -1;
  int64_t dictionary_offset = 0;
  bool elsewhere = false;
  in->Struct(type, [&](int id, Type field) {
    if (id != 3) {
      if (id == 1) elsewhere = !in->Binary(field).empty();
      if (id != 1) in->Skip(field);
      return;
    }
    in->Struct(field, [&](int of, Type value) {
      switch (of) {
        case 1:
          physical = in->Int(value);
          break;
        case 4:
          codec = in->Int(value);
          break;
        case 5:
          values = in->Int(value);
          break;
        case 7:
          size = in->Int(value);
          break;
        case 9:
          data_offset = in->Int(value);
          break;
        case 11:
          dictionary_offset = in->Int(value);
          break;
        default:
          in->Skip(value);
      }
    });
  });
  const bool whole = physical >= 0 && physical <= 7 && codec >= 0 && values >= 0 && size >= 0 &&
                     data_offset >= 0 && dictionary_offset >= 0 && !elsewhere;
  if (!whole) {
    in->Fail();
    return chunk;
  }
  chunk.physical = static_cast<PhysicalType>(physical);
  chunk.codec = static_cast<Codec>(codec);
  chunk.values = values;
  // Some writers give 0 for no dictionary.
  const bool has_dictionary = dictionary_offset > 0 && dictionary_offset < data_offset;
  chunk.offset = has_dictionary ? dictionary_offset : data_offset;
  chunk.size = size;
  return chunk;
}

RowGroup ReadRowGroup(CompactReader* in, Type type) {
  RowGroup group;
  int64_t rows = -1;
  in->Struct(type, [&](int id, Type field) {
    if (id == 1) {
      in->List(field, [&](Type of) { group.chunks.push_back(ReadColumnChunk(in, of)); });
    } else if (id == 3) {
      rows = in->Int(field);
    } else {
      in->Skip(field);
    }
  });
  if (rows < 0) in->Fail();
  group.rows = rows;
  return group;
}

// Null if the values of a leaf cannot be given as text.
std::optional<ValueType> TypeOf(const SchemaElement& leaf) {
  using Kind = ValueType::Kind;
  ValueType type;
  if (*leaf.physical < 0 || *leaf.physical > 7) return std::nullopt;
  type.physical = static_cast<PhysicalType>(*leaf.physical);
  type.length = static_cast<int>(leaf.length);
  const bool fixed = type.physical == PhysicalType::kFixedLengthByteArray;
  if (fixed && (leaf.length < 1 || leaf.length > kMaxFixedLength)) return std::nullopt;
  const bool is_int32 = type.physical == PhysicalType::kInt32;
  const bool is_int64 = type.physical == PhysicalType::kInt64;
  const bool is_bytes = fixed || type.physical == PhysicalType::kByteArray;
  if (type.physical == PhysicalType::kInt96) {  // of no other use than timestamps
    type.kind = Kind::kTimestamp;
    type.units_per_second = 1'000'000'000;
    type.is_instant = true;
    return type;
  }
  const auto decimal = [&](int64_t scale) -> std::optional<ValueType> {
    const bool can_be = is_int32 || is_int64 || (is_bytes && leaf.length <= 16);
    if (scale < 0 || scale > kMaxScale || !can_be) return std::nullopt;
    type.kind = Kind::kDecimal;
    type.scale = static_cast<int>(scale);
    return type;
  };
  const auto with = [&](Kind kind, bool can_be) -> std::optional<ValueType> {
    type.kind = kind;
    return can_be ? std::optional(type) : std::nullopt;
  };
  switch (leaf.logical.id) {
    case 0:
      break;
    case kString:
    case kLogicalEnum:
    case kLogicalJson:
      return with(Kind::kPlain, is_bytes);
    case kUnknown:  // no value at all
      return type;
    case kLogicalDecimal:
      return decimal(leaf.logical.scale);
    case kLogicalDate:
      return with(Kind::kDate, is_int32);
    case kTime:
    case kLogicalTimestamp:
      if (leaf.logical.units_per_second == 0) return std::nullopt;
      type.units_per_second = leaf.logical.units_per_second;
      type.is_instant = leaf.logical.id == kLogicalTimestamp && leaf.logical.is_instant;
      if (leaf.logical.id == kLogicalTimestamp) return with(Kind::kTimestamp, is_int64);
      return with(Kind::kTimeOfDay, is_int32 || is_int64);
    case kInteger:
      return with(leaf.logical.is_signed ? Kind::kPlain : Kind::kUnsigned, is_int32 || is_int64);
    case kLogicalUuid:
      return with(Kind::kUuid, fixed && leaf.length == 16);
    default:
      return std::nullopt;
  }
  if (!leaf.converted.has_value()) return type;
  const int64_t converted = *leaf.converted;
  switch (converted) {
    case kUtf8:
    case kEnum:
    case kConvertedJson:
      return with(Kind::kPlain, is_bytes);
    case kConvertedDecimal:
      return decimal(leaf.scale);
    case kConvertedDate:
      return with(Kind::kDate, is_int32);
    case kTimeMillis:
      return with(Kind::kTimeOfDay, is_int32);
    case kTimeMicros:
      type.units_per_second = 1'000'000;
      return with(Kind::kTimeOfDay, is_int64);
    case kTimestampMillis:
    case kTimestampMicros:
      type.units_per_second = converted == kTimestampMillis ? 1'000 : 1'000'000;
      type.is_instant = true;
      return with(Kind::kTimestamp, is_int64);
    default:
      if (converted >= kUint8 && converted <= kUint64) {
        return with(Kind::kUnsigned, is_int32 || is_int64);
      }
      if (converted >= kInt8 && converted <= kConvertedInt64) {
        return with(Kind::kPlain, is_int32 || is_int64);
      }
      return std::nullopt;  // INTERVAL, BSON
  }
}

// Walks the tree of the schema, which is written parents first.
class SchemaReader {
 public:
  SchemaReader(const std::vector<SchemaElement>& elements, FileMetadata* out)
      : elements_(elements), out_(*out) {}

  // Fills columns and not_read; the number of leaves.
  absl::StatusOr<size_t> Read() {
    if (elements_.empty()) return Damaged("it has no schema");
    BL_RETURN_IF_ERROR(Children(elements_[next_++], {}, 0, false, 0));
    if (next_ != elements_.size()) return Damaged("its schema has parts that belong to nothing");
    return leaves_;
  }

 private:
  absl::Status Children(const SchemaElement& parent, const std::string& path, int definition,
                        bool repeated, int depth) {
    if (depth > kMaxNesting) return Damaged("its schema is nested too deep");
    for (int64_t i = 0; i < parent.children; ++i) {
      if (next_ == elements_.size()) return Damaged("its schema is not whole");
      const SchemaElement& element = elements_[next_++];
      const std::string name = path.empty() ? element.name : absl::StrCat(path, ".", element.name);
      if (name.size() > kLongestName) return Damaged("the name of a column is too long");
      const bool many = repeated || element.repetition == kRepeated;
      const int level = definition + (element.repetition == kRequired ? 0 : 1);
      if (!element.physical.has_value()) {
        // The levels of a list have names that say nothing: "phones.list.element".
        if (many && !repeated) out_.not_read.push_back(absl::StrCat(name, " (lists)"));
        const bool has_list = !many && HoldsList(element);
        if (has_list) out_.not_read.push_back(absl::StrCat(name, " (lists)"));
        BL_RETURN_IF_ERROR(Children(element, name, level, many || has_list, depth + 1));
        continue;
      }
      AddLeaf(element, name, level, many, repeated);
    }
    return absl::OkStatus();
  }

  // Whether a structure is but a wrapper around repeated values, as lists and maps are written.
  bool HoldsList(const SchemaElement& element) const {
    return element.children == 1 && next_ < elements_.size() &&
           elements_[next_].repetition == kRepeated;
  }

  void AddLeaf(const SchemaElement& element, const std::string& name, int level, bool many,
               bool told) {
    const size_t leaf = leaves_++;
    if (many) {
      if (!told) out_.not_read.push_back(absl::StrCat(name, " (lists)"));
      return;
    }
    const std::optional<ValueType> type = TypeOf(element);
    if (!type.has_value()) {
      out_.not_read.push_back(absl::StrCat(name, " (values without a text)"));
      return;
    }
    out_.columns.push_back({name, *type, leaf, level});
  }

  const std::vector<SchemaElement>& elements_;
  FileMetadata& out_;
  size_t next_ = 0;
  size_t leaves_ = 0;
};

absl::Status CheckRowGroups(const FileMetadata& file, size_t leaves, uint64_t file_size) {
  uint64_t rows = 0;
  for (const RowGroup& group : file.row_groups) {
    if (group.chunks.size() != leaves) return Damaged("a row group lacks columns");
    for (const ColumnChunk& chunk : group.chunks) {
      if (chunk.offset > file_size || chunk.size > file_size - chunk.offset) {
        return Damaged("a column ends behind the file");
      }
    }
    for (const ParquetColumn& column : file.columns) {
      const ColumnChunk& chunk = group.chunks[column.leaf];
      if (chunk.physical != column.type.physical || chunk.values != group.rows) {
        return Damaged(
            absl::StrCat("a row group contradicts the schema in column '", column.name, "'"));
      }
    }
    if (group.rows > file.rows - rows) return Damaged("it has more rows than it says");
    rows += group.rows;
  }
  if (rows != file.rows) return Damaged("it has fewer rows than it says");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FileMetadata> ParseFileMetadata(absl::string_view footer, uint64_t file_size) {
  FileMetadata file;
  std::vector<SchemaElement> elements;
  int64_t rows = -1;
  bool encrypted = false;
  CompactReader in(footer);
  in.Struct([&](int id, Type field) {
    switch (id) {
      case 2:
        in.List(field, [&](Type of) {
          elements.push_back(ReadSchemaElement(&in, of));
          if (elements.size() > kMostElements) in.Fail();
        });
        break;
      case 3:
        rows = in.Int(field);
        break;
      case 4:
        in.List(field, [&](Type of) { file.row_groups.push_back(ReadRowGroup(&in, of)); });
        break;
      case 8:
        encrypted = true;
        in.Skip(field);
        break;
      default:
        in.Skip(field);
    }
  });
  if (encrypted) {
    return absl::InvalidArgumentError(
        "the Parquet file is encrypted; write it again without Parquet's encryption");
  }
  if (!in.ok() || rows < 0) return Damaged("its footer cannot be read");
  file.rows = rows;
  BL_ASSIGN_OR_RETURN(const size_t leaves, SchemaReader(elements, &file).Read());
  BL_RETURN_IF_ERROR(CheckRowGroups(file, leaves, file_size));
  if (file.columns.empty()) {
    return absl::InvalidArgumentError("the Parquet file has no column whose cells are one value");
  }
  return file;
}

}  // namespace blindlink
