#include "resolver/coordinator/withdrawal_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

TEST(WithdrawalText, ShowsWhatBecameOfEach) {
  v1::ListWithdrawalsResponse list;
  v1::WithdrawalInfo& done = *list.add_withdrawals();
  done.set_withdrawal("withdrawal-000001");
  done.set_site("north");
  done.set_records(64);
  done.set_records_removed(2);
  done.set_tokens_removed(34);
  done.set_results_changed(1);
  done.set_done(true);
  done.set_audit_entry(17);
  v1::WithdrawalInfo& failed = *list.add_withdrawals();
  failed.set_withdrawal("withdrawal-000002");
  failed.set_site("south");
  failed.set_failure("run-000001 may still have the records");
  list.add_withdrawals()->set_withdrawal("withdrawal-000003");
  const std::string text = WithdrawalTable(list);
  EXPECT_THAT(text, ContainsRegex("withdrawal-000001 +north .* done +64 +2 +34 +1 +17\n"));
  EXPECT_THAT(text, ContainsRegex("withdrawal-000002 +south .* failed .* -\n"));
  EXPECT_THAT(text, ContainsRegex("withdrawal-000003 .* in progress "));
  EXPECT_THAT(text, HasSubstr("withdrawal-000002 is tried again every minute: run-000001 may"));
}

}  // namespace
}  // namespace blindlink::resolver
