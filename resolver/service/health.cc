#include "resolver/service/health.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "common/crypto/certificate.h"
#include "resolver/service/handshake_log.h"

namespace blindlink::resolver {
namespace {

int64_t EndOf(const std::string& certificate_pem) {
  const auto facts = ReadCertificate(certificate_pem);
  return facts.ok() ? facts->not_after : 0;
}

void CountUpload(const v1::UploadInfo& upload, v1::Health* health) {
  switch (upload.state()) {
    case v1::RECEIVING:
      return health->set_uploads_receiving(health->uploads_receiving() + 1);
    case v1::INGESTING:
      return health->set_uploads_ingesting(health->uploads_ingesting() + 1);
    case v1::COMMITTED:
      health->set_records(health->records() + upload.records());
      health->set_tokens(health->tokens() + upload.tokens());
      return health->set_uploads_committed(health->uploads_committed() + 1);
    case v1::INGEST_FAILED:
      return health->set_uploads_failed(health->uploads_failed() + 1);
    case v1::WITHDRAWN:
      return health->set_uploads_withdrawn(health->uploads_withdrawn() + 1);
    default:
      return;
  }
}

void CountRun(const v1::LinkageRun& run, v1::Health* health) {
  switch (run.state()) {
    case v1::RUNNING:
      return health->set_runs_running(health->runs_running() + 1);
    case v1::FINISHED:
      return health->set_runs_finished(health->runs_finished() + 1);
    case v1::CANCELLED:
      return health->set_runs_cancelled(health->runs_cancelled() + 1);
    case v1::FAILED:
      return health->set_runs_failed(health->runs_failed() + 1);
    default:
      return;
  }
}

void CountProject(Project& project, int64_t now, v1::Health* health) {
  health->set_projects(health->projects() + 1);
  for (const v1::UploadInfo& upload : project.uploads().List("")) CountUpload(upload, health);
  for (const v1::LinkageRun& run : project.runs().List()) CountRun(run, health);
  health->set_withdrawals_failing(health->withdrawals_failing() + project.changes().CountFailing());
  if (project.release() != v1::RELEASE_BY_GRANT) return;
  health->set_access_requests_open(health->access_requests_open() +
                                   project.grants().CountOpen(now));
}

void AddDisk(const std::string& folder, v1::Health* health) {
  std::error_code failed;
  const std::filesystem::space_info space = std::filesystem::space(folder, failed);
  if (failed) return;
  health->set_disk_free_bytes(space.available);
  health->set_disk_total_bytes(space.capacity);
}

void AddAudit(const AuditLog& audit, v1::Health* health) {
  const v1::AuditHead head = audit.Head();
  health->set_audit_entries(head.size());
  health->set_audit_head_time_ms(head.time_ms());
  health->set_audit_writable(audit.writable());
}

void AddCalls(const CallGate& gate, v1::Health* health) {
  const CallGate::Counts counts = gate.counts();
  health->set_calls(counts.calls);
  health->set_calls_refused(counts.refused);
  health->set_calls_over_limit(counts.over_limit);
  health->set_handshakes_refused(RefusedHandshakes());
}

}  // namespace

HealthSource::HealthSource(Parts parts) : parts_(std::move(parts)), started_(time(nullptr)) {}

v1::Health HealthSource::Now() const {
  const int64_t now = time(nullptr);
  v1::Health health;
  health.set_now_unix_seconds(now);
  health.set_started_unix_seconds(started_);
  AddDisk(parts_.data_directory, &health);
  if (certificates_ != nullptr) {
    const CertificateFiles files = certificates_->InUse();
    health.set_certificate_not_after(EndOf(files.certificate));
    health.set_client_ca_not_after(EndOf(files.client_ca));
  }
  health.set_clients(parts_.clients.size());
  const ActiveCalls::Entry kept = parts_.gate.KeepProjects();
  for (Project* project : parts_.store.List()) CountProject(*project, now, &health);
  health.set_damaged_projects(parts_.store.ListDamaged().size());
  health.set_tasks_waiting(parts_.store.tasks_waiting());
  health.set_worker_threads(parts_.store.work_board().workers());
  AddAudit(parts_.audit, &health);
  AddCalls(parts_.gate, &health);
  return health;
}

}  // namespace blindlink::resolver
