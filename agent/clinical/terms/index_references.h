#pragma once

#include "agent/clinical/terms/term_draft.h"

namespace blindlink::agent {

// Gives each reference of the index ("Fire, Saint Anthony's, see Erysipelas") the code of the entry
// that it names and adds it to the names. It is a heading (TermSource::kHeading) if that entry is
// one, if it leaves a choice ("see Neoplasm, malignant, by site") or if it is only similar to an
// entry's name. A reference that leads nowhere is left in `draft->references`.
void ResolveReferences(TermDraft* draft);

}  // namespace blindlink::agent
