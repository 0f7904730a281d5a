#include "resolver/index/rocksdb/posting_page.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/strings/str_cat.h"
#include "resolver/index/rocksdb/bit_stream.h"

namespace blindlink::resolver {
namespace {

// A head: version, count (2), low bits of a distance, bits of a record, kinds, first token, size of
// the bits (4).
constexpr uint8_t kVersion = 1;
constexpr size_t kHeadSize = 1 + 2 + 1 + 1 + 1 + StoredToken::kSize + 4;
static_assert(kHeadSize == kPostingPageHeadSize);
constexpr size_t kKindSize = 3;
constexpr unsigned kTokenBits = 8 * StoredToken::kSize;

// A token, or the difference of two, as a number.
using Distance = unsigned __int128;

Distance NumberOf(const StoredToken& token) { return Distance{token.High()} << 16 | token.Low(); }

StoredToken TokenOf(Distance number) {
  StoredToken token;
  StoreBigEndian64(static_cast<uint64_t>(number >> 16), token.bytes.data());
  token.bytes[8] = static_cast<uint8_t>(number >> 8);
  token.bytes[9] = static_cast<uint8_t>(number);
  return token;
}

unsigned BitsFor(uint32_t highest) { return static_cast<unsigned>(std::bit_width(highest)); }

// Golomb-Rice code (Rice 1979). Distances between random tokens are geometrically distributed, for
// which this code is within a few hundredths of a bit of the optimum.
void WriteDistance(Distance distance, unsigned low_bits, BitWriter* out) {
  out->WriteUnary(static_cast<uint64_t>(distance >> low_bits));
  if (low_bits > 64) out->Write(static_cast<uint64_t>(distance >> 64), low_bits - 64);
  out->Write(static_cast<uint64_t>(distance), std::min(low_bits, 64u));
}

Distance ReadDistance(unsigned low_bits, BitReader* in) {
  Distance distance = in->ReadUnary();
  if (low_bits > 64) distance = distance << (low_bits - 64) | in->Read(low_bits - 64);
  const unsigned rest = std::min(low_bits, 64u);
  return distance << rest | in->Read(rest);
}

// The number of low bits that makes the code shortest for `distances` that add up to `whole`.
unsigned LowBits(Distance whole, size_t distances) {
  const Distance mean = distances == 0 ? 0 : whole / distances;
  unsigned bits = 0;
  while (bits < kTokenBits - 1 && (Distance{2} << bits) <= mean) ++bits;
  return bits;
}

struct Head {
  size_t count = 0;
  unsigned low_bits = 0;
  unsigned record_bits = 0;
  StoredToken first;
  size_t stream_size = 0;
  std::vector<PostingKind> kinds;
};

void WriteHead(const Head& head, std::string* out) {
  out->push_back(static_cast<char>(kVersion));
  out->push_back(static_cast<char>(head.count >> 8));
  out->push_back(static_cast<char>(head.count));
  out->push_back(static_cast<char>(head.low_bits));
  out->push_back(static_cast<char>(head.record_bits));
  out->push_back(static_cast<char>(head.kinds.size() - 1));
  absl::StrAppend(out, head.first.AsView());
  uint8_t size[4];
  StoreBigEndian32(static_cast<uint32_t>(head.stream_size), size);
  out->append(reinterpret_cast<const char*>(size), sizeof(size));
  for (const PostingKind& kind : head.kinds) {
    out->push_back(static_cast<char>(kind.match_key));
    out->push_back(static_cast<char>(kind.evidence_size));
    out->push_back(static_cast<char>(kind.form_bits));
  }
}

bool ReadHead(absl::string_view* page, Head* head) {
  if (page->size() < kHeadSize) return false;
  const auto* bytes = reinterpret_cast<const uint8_t*>(page->data());
  if (bytes[0] != kVersion) return false;
  head->count = static_cast<size_t>(bytes[1] << 8 | bytes[2]);
  head->low_bits = bytes[3];
  head->record_bits = bytes[4];
  const size_t kinds = size_t{bytes[5]} + 1;
  head->first = StoredToken::FromBytes(bytes + 6);
  head->stream_size = LoadBigEndian32(bytes + 6 + StoredToken::kSize);
  page->remove_prefix(kHeadSize);
  if (head->low_bits >= kTokenBits || head->record_bits > 32) return false;
  if (page->size() < kinds * kKindSize) return false;
  if (page->size() - kinds * kKindSize < head->stream_size) return false;
  for (size_t i = 0; i < kinds; ++i) {
    const auto* kind = reinterpret_cast<const uint8_t*>(page->data() + i * kKindSize);
    if (kind[1] > EvidenceCodes::kMaxSize || kind[2] > 8) return false;
    head->kinds.push_back({kind[0], kind[1], kind[2]});
  }
  page->remove_prefix(kinds * kKindSize);
  return true;
}

}  // namespace

void PostingPageBuilder::Add(const Posting& posting) {
  dataset_ = posting.dataset;
  const uint8_t kind = KindOf(posting);
  kinds_[kind].form_bits =
      std::max(kinds_[kind].form_bits, static_cast<uint8_t>(BitsFor(posting.form)));
  const bool same_block =
      !entries_.empty() && entries_.back().token == posting.token && entries_.back().kind == kind;
  if (!same_block) ++tokens_;
  highest_record_ = std::max(highest_record_, posting.record);
  entries_.push_back({posting.token, kind, posting.form, posting.record, same_block});
  evidence_.append(reinterpret_cast<const char*>(posting.evidence.bytes.data()),
                   posting.evidence.size);
}

uint8_t PostingPageBuilder::KindOf(const Posting& posting) {
  const auto is_it = [&posting](const PostingKind& kind) {
    return kind.match_key == posting.match_key && kind.evidence_size == posting.evidence.size;
  };
  uint8_t& usual = kind_of_match_key_[posting.match_key];
  if (usual < kinds_.size() && is_it(kinds_[usual])) return usual;
  const auto found = std::find_if(kinds_.begin(), kinds_.end(), is_it);
  usual = static_cast<uint8_t>(found - kinds_.begin());
  if (found == kinds_.end()) kinds_.push_back({posting.match_key, posting.evidence.size, 0});
  return usual;
}

std::string PostingPageBuilder::Finish() {
  Head head{entries_.size(), 0, BitsFor(highest_record_), entries_.front().token, 0, kinds_};
  head.low_bits = LowBits(NumberOf(entries_.back().token) - NumberOf(head.first), tokens_ - 1);
  const unsigned kind_bits = BitsFor(static_cast<uint32_t>(kinds_.size() - 1));
  BitWriter bits;
  Distance previous = NumberOf(head.first);
  for (const Entry& entry : entries_) {
    bits.Write(entry.same_block, 1);
    if (!entry.same_block) {
      const Distance token = NumberOf(entry.token);
      WriteDistance(token - std::exchange(previous, token), head.low_bits, &bits);
      bits.Write(entry.kind, kind_bits);
    }
    bits.Write(entry.record, head.record_bits);
    bits.Write(entry.form, kinds_[entry.kind].form_bits);
  }
  const std::string stream = bits.Finish();
  head.stream_size = stream.size();
  std::string page;
  page.reserve(kHeadSize + kinds_.size() * kKindSize + stream.size() + evidence_.size());
  WriteHead(head, &page);
  page += stream;
  page += evidence_;
  entries_.clear();
  kinds_.clear();
  evidence_.clear();
  tokens_ = 0;
  highest_record_ = 0;
  return page;
}

std::optional<size_t> EvidenceOffset(absl::string_view page) {
  if (page.size() < kHeadSize) return std::nullopt;
  const auto* bytes = reinterpret_cast<const uint8_t*>(page.data());
  const size_t kinds = size_t{bytes[5]} + 1;
  const size_t offset =
      kHeadSize + kinds * kKindSize + LoadBigEndian32(bytes + 6 + StoredToken::kSize);
  return offset <= page.size() ? std::optional<size_t>(offset) : std::nullopt;
}

bool DecodePostingPage(uint32_t dataset, absl::string_view page, std::vector<Posting>* postings) {
  Head head;
  if (!ReadHead(&page, &head)) return false;
  BitReader bits(page.substr(0, head.stream_size));
  absl::string_view evidence = page.substr(head.stream_size);
  const unsigned kind_bits = BitsFor(static_cast<uint32_t>(head.kinds.size() - 1));
  Distance token = NumberOf(head.first);
  StoredToken stored = head.first;
  size_t kind_index = 0;
  postings->resize(head.count);
  for (Posting& posting : *postings) {
    if (bits.Read(1) == 0) {
      token += ReadDistance(head.low_bits, &bits);
      stored = TokenOf(token);
      kind_index = bits.Read(kind_bits);
      if (kind_index >= head.kinds.size()) return false;
    }
    const PostingKind& kind = head.kinds[kind_index];
    posting.token = stored;
    posting.match_key = kind.match_key;
    posting.dataset = dataset;
    posting.record = static_cast<uint32_t>(bits.Read(head.record_bits));
    posting.form = static_cast<uint8_t>(bits.Read(kind.form_bits));
    posting.evidence.size = kind.evidence_size;
    if (evidence.size() < kind.evidence_size) return false;
    // The bytes after the codes mean nothing, and a copy of a known size is faster.
    if (evidence.size() >= EvidenceCodes::kMaxSize) {
      std::copy_n(evidence.data(), EvidenceCodes::kMaxSize, posting.evidence.bytes.data());
    } else {
      std::copy_n(evidence.data(), kind.evidence_size, posting.evidence.bytes.data());
    }
    evidence.remove_prefix(kind.evidence_size);
  }
  return !bits.ended_early() && evidence.empty() && token >> kTokenBits == 0;
}

}  // namespace blindlink::resolver
