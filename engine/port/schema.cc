#include "engine/port/schema.h"

#include <array>

#include "engine/port/log_schema.h"

namespace anjuan::port {

namespace {

constexpr Column::Kind kI = Column::Kind::kInteger;
constexpr Column::Kind kT = Column::Kind::kText;
constexpr Column::Kind kB = Column::Kind::kBytes;

}  // namespace

const Table meta::kTable = {"meta", {{"key", kT}, {"value", kT}}, 1, {}};

const Table registers::kTable = {"registers",
                                 {{"kind", kT}, {"id", kT}, {"sort", kT}, {"body", kT}},
                                 2,
                                 {{"registers_sort", {registers::kKind, registers::kSort}}}};

const Table blobs::kTable = {"blobs", {{"sha256", kT}, {"bytes", kB}}, 1, {}};

const Table definitions::kTable = {"definitions",
                                   {{"name", kT},
                                    {"version", kI},
                                    {"hash", kT},
                                    {"title", kT},
                                    {"published_at", kI},
                                    {"author", kT},
                                    {"parent_hash", kT}},
                                   2,
                                   {{"definitions_hash", {definitions::kHash}}}};

const Table cases::kTable = {"cases",
                             {{"area", kT},
                              {"case_id", kT},
                              {"process", kT},
                              {"definition", kT},
                              {"version", kI},
                              {"seq", kI},
                              {"head", kT},
                              {"state", kT},
                              {"states", kT},
                              {"region", kT},
                              {"owner", kT},
                              {"subject", kT},
                              {"opened_at", kI},
                              {"updated_at", kI},
                              {"ended", kI},
                              {"incident", kI},
                              {"parent", kT},
                              {"spawn", kT}},
                             2,
                             {{"cases_process", {cases::kArea, cases::kProcess, cases::kEnded}},
                              {"cases_region", {cases::kArea, cases::kRegion}},
                              {"cases_subject", {cases::kArea, cases::kSubject, cases::kEnded}},
                              {"cases_parent", {cases::kParent}}}};

const Table history::kTable = {"history",
                               {{"area", kT},
                                {"case_id", kT},
                                {"seq", kI},
                                {"version", kI},
                                {"type", kT},
                                {"event", kT},
                                {"at", kI},
                                {"actor", kT},
                                {"leaf", kB},
                                {"hash", kT},
                                {"payload", kB},
                                {"key", kB}},
                               3,
                               {}};

const Table timers::kTable = {
    "timers",
    {{"area", kT}, {"case_id", kT}, {"timer", kT}, {"due", kI}, {"warning", kI}},
    3,
    {{"timers_due", {timers::kDue}}}};

const Table outbox::kTable = {"outbox",
                              {{"area", kT},
                               {"case_id", kT},
                               {"seq", kI},
                               {"position", kI},
                               {"kind", kT},
                               {"body", kB},
                               {"ordinal", kI},
                               {"attempts", kI},
                               {"error", kT},
                               {"claim", kI},
                               {"lease_until", kI}},
                              4,
                              {{"outbox_ordinal", {outbox::kOrder}}}};

const Table requests::kTable = {"requests",
                                {{"area", kT},
                                 {"account", kT},
                                 {"request_id", kT},
                                 {"body_hash", kT},
                                 {"answer", kT},
                                 {"at", kI}},
                                3,
                                {}};

const Table numbers::kTable = {
    "numbers", {{"area", kT}, {"office", kT}, {"year", kI}, {"kind", kT}, {"next", kI}}, 4, {}};

const Table allotted::kTable = {"allotted",
                                {{"area", kT},
                                 {"office", kT},
                                 {"year", kI},
                                 {"kind", kT},
                                 {"serial", kI},
                                 {"text", kT},
                                 {"case_id", kT},
                                 {"seq", kI}},
                                5,
                                {{"allotted_case", {allotted::kArea, allotted::kCase}}}};

const Table facts::kTable = {"facts",
                             {{"area", kT},
                              {"case_id", kT},
                              {"seq", kI},
                              {"position", kI},
                              {"fact", kT},
                              {"organisation", kT},
                              {"quantity", kT},
                              {"date", kT},
                              {"recorded_at", kI},
                              {"reverses", kT}},
                             4,
                             {{"facts_date", {facts::kArea, facts::kKey, facts::kDate}}}};

const Table intervals::kTable = {"intervals",
                                 {{"area", kT},
                                  {"case_id", kT},
                                  {"seq", kI},
                                  {"state", kT},
                                  {"entered_on", kT},
                                  {"left_on", kT}},
                                 4,
                                 {}};

const Table search::kTable = {"search",
                              {{"area", kT}, {"field", kT}, {"value", kT}, {"case_id", kT}},
                              4,
                              {{"search_case", {search::kArea, search::kCase}}}};

const Table documents::kTable = {"documents",
                                 {{"area", kT},
                                  {"case_id", kT},
                                  {"seq", kI},
                                  {"position", kI},
                                  {"code", kT},
                                  {"number", kT},
                                  {"title", kT},
                                  {"status", kT},
                                  {"sha256", kT},
                                  {"issued_at", kI},
                                  {"bytes", kB},
                                  {"nonce", kB},
                                  {"wrapped_key", kB},
                                  {"salt", kB},
                                  {"environment", kT}},
                                 4,
                                 {{"documents_sha256", {documents::kSha256}},
                                  {"documents_code", {documents::kArea, documents::kCode}}}};

const Table subjects::kTable = {
    "subjects", {{"subject", kT}, {"wrapped_key", kB}, {"created_at", kI}}, 1, {}};

const Table sealed::kTable = {"sealed",
                              {{"reference", kT}, {"subject", kT}, {"nonce", kB}, {"cipher", kB}},
                              1,
                              {{"sealed_subject", {sealed::kSubject}}}};

const Table blind::kTable = {"blind", {{"digest", kT}, {"reference", kT}}, 2, {}};

const Table unsealed::kTable = {"unsealed", {{"area", kT}, {"case_id", kT}}, 2, {}};

const Table log_leaves::kTable = {
    "log_leaves",
    {{"area", kT}, {"position", kI}, {"case_id", kT}, {"seq", kI}},
    2,
    {{"log_leaves_case", {log_leaves::kArea, log_leaves::kCase, log_leaves::kSeq}}}};

const Table log_records::kTable = {
    "log_records",
    {{"area", kT}, {"position", kI}, {"format", kT}, {"leaf", kB}},
    2,
    {{"log_records_format", {log_records::kArea, log_records::kFormat}}}};

const Table log_tiles::kTable = {
    "log_tiles", {{"area", kT}, {"level", kI}, {"number", kI}, {"hashes", kB}}, 3, {}};

const Table log_checkpoints::kTable = {
    "log_checkpoints",
    {{"area", kT}, {"size", kI}, {"at", kI}, {"witnessed", kI}, {"note", kT}},
    2,
    {{"log_checkpoints_witnessed", {log_checkpoints::kArea, log_checkpoints::kWitnessed}}}};

const Table log_heads::kTable = {
    "log_heads", {{"area", kT}, {"case_id", kT}, {"seq", kI}, {"hash", kT}}, 2, {}};

const Table log_keys::kTable = {"log_keys", {{"area", kT}, {"position", kI}, {"vkey", kT}}, 2, {}};

const Table log_witnesses::kTable = {"log_witnesses", {{"vkey", kT}, {"added_at", kI}}, 1, {}};

std::span<const Table* const> AllTables() {
  static const std::array kAll = {
      &meta::kTable,        &registers::kTable,    &blobs::kTable,           &definitions::kTable,
      &cases::kTable,       &history::kTable,      &timers::kTable,          &outbox::kTable,
      &requests::kTable,    &numbers::kTable,      &facts::kTable,           &intervals::kTable,
      &search::kTable,      &documents::kTable,    &subjects::kTable,        &sealed::kTable,
      &blind::kTable,       &allotted::kTable,     &unsealed::kTable,        &log_leaves::kTable,
      &log_records::kTable, &log_tiles::kTable,    &log_checkpoints::kTable, &log_heads::kTable,
      &log_keys::kTable,    &log_witnesses::kTable};
  return kAll;
}

}  // namespace anjuan::port
