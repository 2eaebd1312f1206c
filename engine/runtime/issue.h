// Papers: filled and laid out before the step commits, written as bytes afterwards.
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/chart/step.h"
#include "engine/doc/pages.h"
#include "engine/doc/preview.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

// The finished pages of one issue, personal values resolved as they were known at `as_of`. They
// never leave memory but as the encrypted document and its print copy.
// `record` gives the verification code; null: not recorded yet, a code of the same length stands
// for it.
Result<doc::Pages> LayOut(Office& office, port::Reader& reader, const Definition& definition,
                          const chart::IssueDocument& issue, Instant as_of,
                          const DocumentRecord* record, doc::Preview* preview = nullptr);

// 32 hexadecimal digits that a holder of the paper shows to have it confirmed: made from the
// document's own random salt, so nobody can guess it or compute it from the paper, and gone with
// it. nullopt: the document's key was erased.
std::optional<std::string> VerificationCode(const Office& office, const DocumentRecord& record);

// The issuing office and the number, for the file's properties.
void SetProperties(const Value& issuer, const Value& arguments, doc::Pages& pages);

// Where a document belongs, "area/case/seq/position": what is sealed here does not open elsewhere.
std::string IdentityOf(const DocumentRecord& record);

// Marks the latest live document of the code void; its number is not used again. false: none.
bool VoidLatest(port::Transaction& transaction, const CaseRecord& record, std::string_view code);

// The stored bytes, decrypted; nullopt: not issued yet, or erased.
std::optional<std::string> DocumentBytes(const Office& office, const DocumentRecord& record);

// Whether the document's salt can still be read.
bool HasSalt(const Office& office, const DocumentRecord& record);

// The pages as bytes under the document's own salt; nullopt: its key was erased.
std::optional<Result<std::string>> RenderDocument(Office& office, const DocumentRecord& record,
                                                  const doc::Pages& pages);

}  // namespace anjuan::runtime
