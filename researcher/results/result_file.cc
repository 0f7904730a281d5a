#include "researcher/results/result_file.h"

#include <errno.h>
#include <fcntl.h>
#include <simdjson.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::researcher {
namespace {

// At most this much is fetched again after an interruption.
constexpr uint64_t kCheckpointBytes = 16 << 20;
constexpr int kCompressionLevel = 3;

absl::StatusOr<ResultFileFacts> FactsOf(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(path, O_RDONLY));
  Sha256 sha;
  ResultFileFacts facts;
  std::string buffer(1 << 17, '\0');
  while (true) {
    BL_ASSIGN_OR_RETURN(const size_t n, ReadSome(fd.get(), buffer.data(), buffer.size(), path));
    if (n == 0) break;
    sha.Update(absl::string_view(buffer.data(), n));
    facts.bytes += n;
  }
  facts.sha256 = HexEncode(AsView(sha.Finish()));
  return facts;
}

}  // namespace

class ResultFile::Compressor {
 public:
  Compressor() : context_(ZSTD_createCCtx()), buffer_(ZSTD_CStreamOutSize(), '\0') {
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
  }
  ~Compressor() { ZSTD_freeCCtx(context_); }

  // Appends the compressed output to `out`; with `end` the frame is closed.
  absl::Status Compress(absl::string_view text, bool end, std::string* out) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    while (true) {
      ZSTD_outBuffer piece{buffer_.data(), buffer_.size(), 0};
      const size_t left =
          ZSTD_compressStream2(context_, &piece, &in, end ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) {
        return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(left)));
      }
      out->append(buffer_.data(), piece.pos);
      if (end ? left == 0 : in.pos == in.size) return absl::OkStatus();
    }
  }

 private:
  ZSTD_CCtx* context_;
  std::string buffer_;
};

ResultFile::ResultFile(std::string path, ResultSource source)
    : path_(std::move(path)), source_(std::move(source)), standard_output_(path_ == "-") {
  if (absl::EndsWith(path_, ".zst")) compressor_ = std::make_unique<Compressor>();
}

ResultFile::~ResultFile() = default;

absl::StatusOr<std::unique_ptr<ResultFile>> ResultFile::Open(const std::string& path,
                                                             const ResultSource& source,
                                                             absl::string_view header) {
  std::unique_ptr<ResultFile> file(new ResultFile(path, source));
  if (file->standard_output_) {
    BL_ASSIGN_OR_RETURN(file->fd_, DuplicateFd(STDOUT_FILENO, "standard output"));
    BL_RETURN_IF_ERROR(file->Write(header));
  } else {
    BL_RETURN_IF_ERROR(file->OpenPartial(header));
  }
  return file;
}

absl::Status ResultFile::OpenPartial(absl::string_view header) {
  BL_ASSIGN_OR_RETURN(fd_, OpenFd(PartialPath(), O_RDWR | O_CREAT, /*mode=*/0600));
  if (flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("another process is writing ", PartialPath()));
  }
  // The file may be an older one with a looser mode.
  if (fchmod(fd_.get(), 0600) != 0) return ErrnoStatus(errno, "chmod", PartialPath());
  ReadPosition();
  if (ftruncate(fd_.get(), static_cast<off_t>(bytes_)) != 0 ||
      lseek(fd_.get(), static_cast<off_t>(bytes_), SEEK_SET) < 0) {
    return ErrnoStatus(errno, "truncate", PartialPath());
  }
  return bytes_ == 0 ? Append(header, 0) : absl::OkStatus();
}

void ResultFile::ReadPosition() {
  const absl::StatusOr<std::string> text = ReadFile(PositionPath());
  struct stat info;
  if (!text.ok() || fstat(fd_.get(), &info) != 0) return;
  simdjson::dom::parser parser;
  simdjson::dom::element position;
  if (parser.parse(*text).get(position) != simdjson::SUCCESS) return;
  const auto word = [&position](const char* key) {
    const char* value = "";
    return position[key].get_c_str().get(value) == simdjson::SUCCESS ? std::string(value)
                                                                     : std::string();
  };
  uint64_t rows = 0;
  uint64_t bytes = 0;
  if (source_ != ResultSource{word("kind"), word("project"), word("run"), word("grant")} ||
      position["rows"].get(rows) != simdjson::SUCCESS ||
      position["bytes"].get(bytes) != simdjson::SUCCESS ||
      bytes > static_cast<uint64_t>(info.st_size)) {
    return;
  }
  rows_ = rows;
  bytes_ = bytes;
}

absl::Status ResultFile::Write(absl::string_view bytes) {
  BL_RETURN_IF_ERROR(status_);
  status_ = WriteAll(fd_.get(), bytes, NameForErrors());
  if (status_.ok()) bytes_ += bytes.size();
  return status_;
}

absl::Status ResultFile::Append(absl::string_view text, uint64_t rows) {
  if (compressor_ != nullptr) {
    std::string out;
    BL_RETURN_IF_ERROR(compressor_->Compress(text, /*end=*/false, &out));
    BL_RETURN_IF_ERROR(Write(out));
  } else {
    BL_RETURN_IF_ERROR(Write(text));
  }
  rows_ += rows;
  unsafe_bytes_ += text.size();
  return unsafe_bytes_ >= kCheckpointBytes ? Checkpoint() : absl::OkStatus();
}

absl::Status ResultFile::Checkpoint() {
  BL_RETURN_IF_ERROR(status_);
  if (standard_output_ || unsafe_bytes_ == 0) return absl::OkStatus();
  if (compressor_ != nullptr) {
    std::string out;
    BL_RETURN_IF_ERROR(compressor_->Compress({}, /*end=*/true, &out));
    BL_RETURN_IF_ERROR(Write(out));
  }
  if (fsync(fd_.get()) != 0) return status_ = ErrnoStatus(errno, "sync", PartialPath());
  unsafe_bytes_ = 0;
  JsonWriter json;
  json.BeginObject().Key("kind").Text(source_.kind).Key("project").Text(source_.project);
  json.Key("run").Text(source_.run).Key("rows").Number(rows_).Key("bytes").Number(bytes_);
  if (!source_.grant.empty()) json.Key("grant").Text(source_.grant);
  json.EndObject();
  return WriteFileAtomically(PositionPath(), json.Finish(), 0600);
}

absl::StatusOr<ResultFileFacts> ResultFile::Finish() {
  BL_RETURN_IF_ERROR(status_);
  if (standard_output_) return ResultFileFacts{.bytes = bytes_, .sha256 = ""};
  BL_RETURN_IF_ERROR(Checkpoint());
  BL_ASSIGN_OR_RETURN(ResultFileFacts facts, FactsOf(PartialPath()));
  if (rename(PartialPath().c_str(), path_.c_str()) != 0) {
    return ErrnoStatus(errno, "rename to", path_);
  }
  unlink(PositionPath().c_str());
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  BL_RETURN_IF_ERROR(SyncFolder(folder.empty() ? "." : folder));
  return facts;
}

}  // namespace blindlink::researcher
