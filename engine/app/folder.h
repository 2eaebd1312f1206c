// An office folder on disk: office.db, keys.json (mode 0600), documents/ with print copies; and the
// library folder the program was installed with (workflows/, templates/).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/runtime/office.h"
#include "engine/runtime/outbox.h"

namespace anjuan::app {

// An open office with everything it holds on to.
class OpenOffice {
 public:
  // The office in `folder`.
  static Result<std::unique_ptr<OpenOffice>> Open(const std::filesystem::path& folder);
  // An office whose store and keys lie in these files; it prints nothing. For looking at a backup.
  // `before`: the keys whose office key those are about to replace.
  static Result<std::unique_ptr<OpenOffice>> OpenFiles(const std::filesystem::path& store,
                                                       const std::filesystem::path& keys,
                                                       const std::filesystem::path& before = {});
  // An office in memory with the shipped tables and nothing else: what definitions are checked
  // with.
  static Result<std::unique_ptr<OpenOffice>> Empty(const std::filesystem::path& library,
                                                   const std::string& area = "", Instant now = 0);
  // The same with every definition of the library published: for scripted runs, on a manual clock.
  static Result<std::unique_ptr<OpenOffice>> Scratch(const std::filesystem::path& library,
                                                     const std::string& area, Instant now);
  // Makes the folder; an existing office is never overwritten.
  static Result<std::unique_ptr<OpenOffice>> Create(const std::filesystem::path& folder,
                                                    const std::filesystem::path& library,
                                                    const std::string& area,
                                                    runtime::ClockKind clock, Instant now);
  ~OpenOffice();

  runtime::Office& office() { return *office_; }
  // Writes print copies under documents/ of the folder; a scratch office prints nothing.
  runtime::Outbox& outbox() { return *outbox_; }
  const std::filesystem::path& folder() const { return folder_; }
  // Makes the print copies of all issued documents again; gives how many.
  int PrintAgain();
  // Where the office had an older format and was upgraded just now: what to tell about it.
  const std::string& upgraded() const { return upgraded_; }

  struct Parts;

 private:
  OpenOffice();
  std::filesystem::path folder_;
  std::string upgraded_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<runtime::Office> office_;
  std::unique_ptr<runtime::Outbox> outbox_;
};

// What lies in an office folder.
inline constexpr const char* kStoreFile = "office.db";
inline constexpr const char* kKeyFile = "keys.json";
inline constexpr const char* kDocuments = "documents";
// Beside keys.json while a key is being replaced: the master key's, the logs' signing key's.
inline constexpr const char* kNextOfficeKeys = "keys.json.rotate";
inline constexpr const char* kNextLogKeys = "keys.json.next";

// Creates the file readable by its owner alone; false: it stands there already, or errno.
bool WriteSecret(const std::filesystem::path& path, const std::string& text);
// A file made or renamed in it is there after a power cut.
void SyncFolder(const std::filesystem::path& folder);
// Puts the new master key's file in the old one's place; somebody else may have done it.
void TakeNextKeys(const std::filesystem::path& folder);
// nullopt: the fonts are there; else what is missing.
std::optional<Diagnostics> MissingFonts();

// Where workflows/ and templates/ stand: beside the program or in a folder above it.
Result<std::filesystem::path> FindLibrary();

// Where the print copy of a paper lies: documents/<case>/<code>-<seq>-<position>.pdf.
std::filesystem::path PrintOf(const std::filesystem::path& folder,
                              const runtime::DocumentRecord& record);

std::optional<std::string> ReadFile(const std::filesystem::path& path);
// All files below `folder` by their path inside it.
runtime::Files ReadFolder(const std::filesystem::path& folder);

// A bundle as ReadDefinition wants it: the workflow's chart, forms and rules, and the templates.
runtime::Files ReadBundle(const std::filesystem::path& workflow,
                          const std::filesystem::path& templates);

}  // namespace anjuan::app
