// The commands, each a function of its options. run.cc parses; nothing else knows the parser.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/folder.h"
#include "engine/app/run.h"
#include "engine/runtime/case_service.h"
#include "engine/value/type.h"

namespace anjuan::app {

struct Options {
  std::filesystem::path folder = ".";
  std::optional<std::filesystem::path> library;
  std::string keys;                // of restore: the key file
  std::vector<std::string> names;  // positional, in order
  std::string expression;          // of eval
  std::vector<std::string> set;    // k=v (text), k:=FEEL
  std::string data;                // JSON file, - for standard input
  std::string for_each;
  std::string cases;
  std::string batch;
  std::string request;
  std::string as;
  std::string at;
  std::string until;
  std::string region;
  std::string from, to, closing;
  std::string unit;
  std::string replaces;      // of sheet: the frozen return it corrects
  std::string sheet;         // of import: the sheet's name
  std::string by;            // of sheet: region
  std::string organisation;  // of import seals: whose seal the file is
  std::string output;
  std::string case_id;             // of draw and preview
  std::vector<std::string> codes;  // of print: only these papers
  std::string area = "430600";
  std::string clock = "real";
  std::string id_number, phone, person_name;  // of person
  std::string reason;                         // of reveal, erase, keys, retention
  std::string passphrase_file;                // of keys
  std::string xes, ocel;                      // of export: the event log's file
  std::string lang;  // of check and publish: zh or en; "": as the environment says
  int rows = 0;      // of it, at least
  int count = 10'000;
  bool json = false;
  bool coverage = false;               // of play
  bool with_keys = false;              // of backup
  bool apply = false;                  // of retention
  int year = 0;                        // of retention; 0: the last one
  std::string approved_by;             // of retention
  std::vector<std::string> meant;      // of erase, retention: returns that mean the person
  std::vector<std::string> not_meant;  // and those that mean another one of that name
  bool without_backup = false;         // of keys rotate
  bool verbose = false;                // of conform: each failure
  bool lenient = false;                // of eval: null instead of an error
  bool unary = false;                  // of eval: a cell of a decision table
  bool freeze = false;                 // of sheet: keep it as it is sent in
  bool dry_run = false;                // of import
  bool blank = false;                  // of sheet: a form to fill in
  bool received = false;               // of sheet: what was sent back
  bool duplex = false;                 // of print: each paper begins on an odd page
  bool draft = false;                  // of preview: lines to write on for what is missing
  bool bare = false;                   // of export: proofs alone
  std::string volume;                  // of export: the bound papers alone
  std::vector<std::string> trust;      // of inspect: public keys, or files of them
  std::vector<std::string> disclose;   // of export: personal fields, or all, or none
};

constexpr int kExitDone = 0;
constexpr int kExitFindings = 1;
constexpr int kExitCannot = 2;

int Init(const Options& options, const Streams& streams);
int Check(const Options& options, const Streams& streams);
int Describe(const Options& options, const Streams& streams);
int Draw(const Options& options, const Streams& streams);
int Publish(const Options& options, const Streams& streams);
int Import(const Options& options, const Streams& streams);
int Open(const Options& options, const Streams& streams);
int Fire(const Options& options, const Streams& streams);
int Play(const Options& options, const Streams& streams);
int Tick(const Options& options, const Streams& streams);
int Cases(const Options& options, const Streams& streams);
int Show(const Options& options, const Streams& streams);
int History(const Options& options, const Streams& streams);
int Export(const Options& options, const Streams& streams);
int Inspect(const Options& options, const Streams& streams);
int Docs(const Options& options, const Streams& streams);
int Doc(const Options& options, const Streams& streams);
int Sheet(const Options& options, const Streams& streams);
int Sheets(const Options& options, const Streams& streams);
int Person(const Options& options, const Streams& streams);
int Reveal(const Options& options, const Streams& streams);
int Erase(const Options& options, const Streams& streams);
int Retention(const Options& options, const Streams& streams);
int Verify(const Options& options, const Streams& streams);
int Replay(const Options& options, const Streams& streams);
int Print(const Options& options, const Streams& streams);
int Preview(const Options& options, const Streams& streams);
int Template(const Options& options, const Streams& streams);
int Bench(const Options& options, const Streams& streams);
int Conform(const Options& options, const Streams& streams);
int Backup(const Options& options, const Streams& streams);
int Keys(const Options& options, const Streams& streams);
int Restore(const Options& options, const Streams& streams);
int Doctor(const Options& options, const Streams& streams);
int Numbers(const Options& options, const Streams& streams);
int Eval(const Options& options, const Streams& streams);
int Decide(const Options& options, const Streams& streams);

// ---- shared by the commands -------------------------------------------------------------------

// The office of options.folder; mistakes are printed. nullptr: exit with kExitCannot.
std::unique_ptr<OpenOffice> OpenFolder(const Options& options, const Streams& streams);
std::optional<std::filesystem::path> LibraryOf(const Options& options, const Streams& streams);
void PrintMistakes(const Diagnostics& mistakes, const Streams& streams);
// In the language asked for, or that of LC_ALL, LC_MESSAGES, LANG.
void PrintFindings(const Diagnostics& found, const Options& options, const Streams& streams);
bool WantsChinese(const Options& options);

// --data and --set together; mistakes are printed. nullopt: exit with kExitCannot.
std::optional<Value> DataOf(const Options& options, const Streams& streams);
// --set alone.
std::optional<Context> SetOf(const Options& options, const Streams& streams);
runtime::Credentials WhoOf(const Options& options);

// --at: on a manual clock moves it forward (firing nothing), on a real one names the business date.
// nullopt: a mistake, printed.
struct When {
  std::optional<Date> eff_date;
};
std::optional<When> WhenOf(const Options& options, OpenOffice& open, const Streams& streams);

// Carries out the outbox and says what came of it where something failed. false: something did.
bool DrainOutbox(OpenOffice& open, const Streams& streams);

// When the office's keys were last backed up ("": never), and whether they are still those.
struct KeyBackup {
  std::string at;
  bool current = false;
};
KeyBackup LastKeyBackup(runtime::Office& office);
void RecordKeyBackup(runtime::Office& office, std::string_view how);
// true, and told: the office's master key is being replaced, and a copy of one key is none.
bool RefuseWhileChanging(OpenOffice& open, const Streams& streams);

// Print copies of papers of these cases that are no longer in the store; gives how many.
int RemovePrints(OpenOffice& open, const std::vector<runtime::CaseRecord>& cases);

// The area a case number says.
std::string AreaOf(OpenOffice& open, const std::string& case_id);
// Does `work` with the case the first name names, in one snapshot, and gives its exit status; where
// there is no such case, says so.
int WithCase(const Options& options, const Streams& streams,
             const std::function<int(OpenOffice& open, port::Reader& reader,
                                     const runtime::CaseRecord& record)>& work);
// The labour office of the region asked for, else of the office's area: it reports, and files what
// is closed.
std::string UnitOf(OpenOffice& open, const std::string& region);
// The value with "（个人信息）" wherever it names a person or a sealed text.
Value Masked(const Value& value);

// What data say of the names they are given under: the type an expression is checked against.
Type TypeOf(const Value& value);

}  // namespace anjuan::app
