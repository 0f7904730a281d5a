#pragma once

#include <string>

#include "blindlink/v1/explanation_service.pb.h"

namespace blindlink::resolver {

// Explanations for people, several lines each.
std::string ExplanationText(const v1::PairExplanation& pair);
std::string ExplanationText(const v1::EntityExplanation& entity);

}  // namespace blindlink::resolver
