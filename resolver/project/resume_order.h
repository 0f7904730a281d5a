#pragma once

#include "resolver/project/dataset_changes.h"
#include "resolver/project/epoch_register.h"
#include "resolver/project/run_register.h"
#include "resolver/project/upload_register.h"

namespace blindlink::resolver {

// Continues with what an earlier process left of a project's work, so that it ends as it would have
// without the restart:
// - A withdrawal is refused while an upload of the site is open. So one that is not done was asked
//   for before any open upload of the site was begun, and must not take from that.
// - A run has datasets that were to be seen when it was started. No open upload is of these, but
//   one may replace or correct them.
// - Uploads follow in the order of their commits: the later one is right.
// - Datasets of retired epochs go last: a run may have them.
inline void ResumeInOrder(DatasetChanges& changes, RunRegister& runs, UploadRegister& uploads,
                          EpochRegister& epochs) {
  changes.ResumeWork();
  runs.ResumeWork();
  uploads.ResumeWork();
  epochs.ResumeWork();
}

}  // namespace blindlink::resolver
