#include "keyserver/service/evaluation.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::keyserver {

absl::StatusOr<uint64_t> CountElements(absl::string_view elements) {
  const size_t count = elements.size() / kOprfElementSize;
  if (count >= 1 && count <= kMostElements && elements.size() % kOprfElementSize == 0) return count;
  return absl::InvalidArgumentError(absl::StrCat("expected 1 to ", kMostElements, " elements of ",
                                                 kOprfElementSize, " bytes, not ", elements.size(),
                                                 " bytes"));
}

absl::StatusOr<v1::EvaluateReply> Evaluate(const OprfKey& key, absl::string_view elements) {
  std::vector<OprfElement> blinded(elements.size() / kOprfElementSize);
  for (size_t i = 0; i < blinded.size(); ++i) {
    const absl::string_view bytes = elements.substr(i * kOprfElementSize, kOprfElementSize);
    std::copy(bytes.begin(), bytes.end(), blinded[i].begin());
  }
  BL_ASSIGN_OR_RETURN(const OprfEvaluation evaluation, key.Evaluate(blinded));
  v1::EvaluateReply reply;
  for (const OprfElement& element : evaluation.elements) {
    absl::StrAppend(reply.mutable_elements(), ViewOf(element));
  }
  reply.set_proof(std::string(evaluation.proof.begin(), evaluation.proof.end()));
  reply.set_public_key(std::string(ViewOf(key.public_key())));
  return reply;
}

}  // namespace blindlink::keyserver
