#include "common/csv/csv_reader.h"

#include <errno.h>
#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kBufferBytes = 1 << 17;
constexpr size_t kMaxRowBytes = 1 << 20;
constexpr absl::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr int kEnd = -1;

}  // namespace

class CsvReader::Bytes {
 public:
  Bytes(FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
  ~Bytes() {
    fclose(file_);
    ZSTD_freeDCtx(zstd_);
  }

  // Looks at the first bytes: compressed or not, byte order mark.
  absl::Status Start() {
    BL_RETURN_IF_ERROR(FillRaw());
    if (raw_.substr(0, kZstdMagic.size()) == kZstdMagic) zstd_ = ZSTD_createDCtx();
    BL_RETURN_IF_ERROR(Fill());
    if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      text_.remove_prefix(kByteOrderMark.size());
    }
    return absl::OkStatus();
  }

  // The next byte, or kEnd. Errors are kept for status().
  int Peek() {
    if (text_.empty() && status_.ok()) status_ = Fill();
    return text_.empty() ? kEnd : static_cast<unsigned char>(text_[0]);
  }
  void Skip() { text_.remove_prefix(1); }
  const absl::Status& status() const { return status_; }

 private:
  absl::Status FillRaw() {
    raw_buffer_.resize(kBufferBytes);
    const size_t n = fread(raw_buffer_.data(), 1, raw_buffer_.size(), file_);
    if (n == 0 && ferror(file_) != 0) return ErrnoStatus(errno, "read", path_);
    raw_ = absl::string_view(raw_buffer_.data(), n);
    return absl::OkStatus();
  }

  absl::Status Fill() {
    if (zstd_ != nullptr) return FillDecompressed();
    if (raw_.empty()) BL_RETURN_IF_ERROR(FillRaw());
    text_ = raw_;
    raw_ = {};
    return absl::OkStatus();
  }

  absl::Status FillDecompressed() {
    text_buffer_.resize(kBufferBytes);
    while (true) {
      if (raw_.empty()) BL_RETURN_IF_ERROR(FillRaw());
      if (raw_.empty()) {
        if (!in_frame_) return absl::OkStatus();
        return absl::InvalidArgumentError(
            absl::StrCat(path_, " is cut off: its last zstd frame has no end"));
      }
      ZSTD_inBuffer in{raw_.data(), raw_.size(), 0};
      ZSTD_outBuffer out{text_buffer_.data(), text_buffer_.size(), 0};
      const size_t left = ZSTD_decompressStream(zstd_, &out, &in);
      if (ZSTD_isError(left)) {
        return absl::InvalidArgumentError(
            absl::StrCat(path_, " is damaged: ", ZSTD_getErrorName(left)));
      }
      in_frame_ = left != 0;
      raw_.remove_prefix(in.pos);
      text_ = absl::string_view(text_buffer_.data(), out.pos);
      if (!text_.empty()) return absl::OkStatus();
    }
  }

  FILE* file_;
  const std::string path_;
  ZSTD_DCtx* zstd_ = nullptr;
  bool in_frame_ = false;
  std::string raw_buffer_;
  std::string text_buffer_;
  absl::string_view raw_;   // read, not decompressed
  absl::string_view text_;  // not yet taken
  absl::Status status_;
};

CsvReader::CsvReader(std::string path, std::unique_ptr<Bytes> bytes)
    : path_(std::move(path)), bytes_(std::move(bytes)) {}

CsvReader::~CsvReader() = default;

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::string& path) {
  FILE* file = fopen(path.c_str(), "rbe");
  if (file == nullptr) return ErrnoStatus(errno, "open", path);
  auto bytes = std::make_unique<Bytes>(file, path);
  BL_RETURN_IF_ERROR(bytes->Start());
  std::unique_ptr<CsvReader> reader(new CsvReader(path, std::move(bytes)));
  BL_ASSIGN_OR_RETURN(const bool any, reader->ReadRow(&reader->header_));
  if (!any) return absl::InvalidArgumentError(absl::StrCat(path, " is empty: a header is needed"));
  return reader;
}

bool CsvReader::HasColumn(absl::string_view name) const {
  return std::find(header_.begin(), header_.end(), name) != header_.end();
}

absl::StatusOr<std::vector<size_t>> CsvReader::ColumnsOf(
    absl::Span<const absl::string_view> names) const {
  std::vector<size_t> columns;
  for (const absl::string_view name : names) {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) {
      return absl::InvalidArgumentError(absl::StrCat(path_, " has no column '", name, "'"));
    }
    columns.push_back(static_cast<size_t>(found - header_.begin()));
  }
  return columns;
}

absl::StatusOr<bool> CsvReader::Next() {
  ++row_;
  BL_ASSIGN_OR_RETURN(const bool any, ReadRow(&fields_));
  if (!any) return false;
  if (fields_.size() != header_.size()) {
    return RowError(
        absl::StrCat("has ", fields_.size(), " fields, the header has ", header_.size()));
  }
  return true;
}

absl::StatusOr<bool> CsvReader::ReadRow(std::vector<std::string>* fields) {
  while (bytes_->Peek() == '\n' || bytes_->Peek() == '\r') bytes_->Skip();  // empty lines
  BL_RETURN_IF_ERROR(bytes_->status());
  if (bytes_->Peek() == kEnd) return false;
  size_t count = 0;
  size_t row_bytes = 0;
  bool quoted = false;
  const auto begin_field = [&] {
    if (++count > fields->size()) fields->emplace_back();
    (*fields)[count - 1].clear();
  };
  begin_field();
  for (bool field_start = true;; ++row_bytes) {
    if (row_bytes > kMaxRowBytes) return RowError("is longer than 1 MiB: a quote without its end?");
    const int c = bytes_->Peek();
    if (c == kEnd) {
      BL_RETURN_IF_ERROR(bytes_->status());
      if (quoted) return RowError("ends within quotes");
      break;
    }
    bytes_->Skip();
    if (quoted) {
      if (c != '"') {
        (*fields)[count - 1].push_back(static_cast<char>(c));
      } else if (bytes_->Peek() == '"') {
        bytes_->Skip();
        (*fields)[count - 1].push_back('"');
      } else {
        quoted = false;
      }
    } else if (c == '"' && field_start) {
      quoted = true;
    } else if (c == ',') {
      begin_field();
      field_start = true;
      continue;
    } else if (c == '\n') {
      break;
    } else if (c != '\r' || bytes_->Peek() != '\n') {
      (*fields)[count - 1].push_back(static_cast<char>(c));
    }
    field_start = false;
  }
  fields->resize(count);
  return true;
}

absl::Status CsvReader::RowError(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, ", row ", row_, " ", what));
}

}  // namespace blindlink
