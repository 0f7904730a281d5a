#pragma once

#include <string>

#include "blindlink/v1/withdrawal_service.pb.h"

namespace blindlink::resolver {

// A table of withdrawals for people, with the failures below it.
std::string WithdrawalTable(const v1::ListWithdrawalsResponse& list);

}  // namespace blindlink::resolver
