// Event logs for other people's process-mining tools: XES and OCEL 2.0.
//
// Pure: cases come in one after the other, text goes out through a sink, so that a log of any
// length is written in the memory of one case (OCEL also keeps the names of its objects). The same
// cases give the same bytes.
//
// Source:  IEEE 1849-2023 (XES; the schema published is that of 2016: no namespace, the version a
//          decimal); OCEL 2.0, JSON form, whose schema wants every attribute's value as text.
// Units:   times are UTC and say so: readers drop other offsets without a word.
// Personal data: none. People are account ids; what a row's payload holds is not asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/temporal.h"

namespace anjuan::exchange {

struct LogDocument {
  std::string sha256;
  std::string code;
  std::string name;
};

// One row of a case's history.
struct LogEvent {
  std::string id;  // UUID
  std::int64_t seq = 0;
  std::string activity;  // what was done, in words
  std::string type;      // kind of row: opened, event, document, refused …
  Instant time = 0;
  bool completed = true;  // false: an attempt that was refused or failed
  std::string account;
  std::string role;
  std::string organisation;
  std::string from, to;   // active states, joined with spaces
  std::string leaf_hash;  // hex: the way back to the proof
  std::vector<LogDocument> documents;
};

struct LogCase {
  std::string id;
  std::string process;  // title
  std::string definition;
  std::string region;
  std::string subject;  // organisation, by its number in the register; "" where there is none
  std::string parent;   // case, or ""
  std::vector<LogEvent> events;
};

class EventLogWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  virtual ~EventLogWriter() = default;
  virtual void Add(const LogCase& one) = 0;
  virtual void Finish() = 0;  // once, at the end
};

// `origin`: of the log the rows come from.
std::unique_ptr<EventLogWriter> NewXesWriter(std::string_view origin, EventLogWriter::Sink sink);
std::unique_ptr<EventLogWriter> NewOcelWriter(EventLogWriter::Sink sink);

}  // namespace anjuan::exchange
