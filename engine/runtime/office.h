// One installation: store, keys, plugins, and what is cached of them. The only place that knows
// what time it is.
//
// Source: design section 2 (office folder, areas), section 4 (clock).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "engine/port/clock.h"
#include "engine/port/font_source.h"
#include "engine/port/image_reader.h"
#include "engine/port/page_writer.h"
#include "engine/port/store.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/registers.h"
#include "engine/runtime/writer.h"
#include "engine/vault/keys.h"
#include "engine/vault/vault.h"

namespace anjuan::runtime {

struct Plugins {
  port::Store& store;
  const port::PageWriter& pages;
  const port::FontSource& fonts;
  const port::ImageReader& images;
  port::Clock& clock;
  port::Ids& ids;
};

enum class ClockKind { kReal, kManual };

class Office {
 public:
  // A store that was set up by Create.
  static Result<std::unique_ptr<Office>> Open(const Plugins& plugins, vault::OfficeKeys keys);
  // Writes the settings of a new office; registers and definitions are imported afterwards.
  static void Create(port::Store& store, const vault::OfficeKeys& keys, std::string_view origin,
                     std::string_view area, ClockKind clock, Instant now);

  port::Store& store() { return plugins_.store; }
  // All that changes cases is written through it, so that threads share their syncs.
  Writer& writer() { return writer_; }
  // The machine's clock, also where the office's is manual: for leases alone.
  Instant MachineTime() { return plugins_.clock.Now(); }
  const port::PageWriter& pages() const { return plugins_.pages; }
  const port::FontSource& fonts() const { return plugins_.fonts; }
  const port::ImageReader& images() const { return plugins_.images; }
  const vault::Vault& vault() const { return vault_; }
  const vault::OfficeKeys& keys() const { return keys_; }
  const std::string& origin() const { return origin_; }
  const std::string& area() const { return area_; }  // default for new cases without a region
  ClockKind clock() const { return clock_; }

  const vault::Random& random() const { return random_; }
  std::string NewId();  // UUIDv7 by the office's clock

  Instant Now(port::Reader& reader);
  // Manual clock only, forward only; false: the clock stands later already.
  bool MoveClock(port::Transaction& transaction, Instant to);

  std::shared_ptr<const Registers> registers();
  void ReloadRegisters();  // after an import

  // Compiled once for each hash; nullptr: no such definition.
  std::shared_ptr<const Definition> FindDefinition(port::Reader& reader, std::string_view hash);
  // A picture kept as a blob (a seal), decoded once; null: there is none, or it is damaged.
  std::shared_ptr<const doc::Image> FindImage(port::Reader& reader, std::string_view sha256);
  Surroundings SurroundingsFor(port::Reader& reader);

  // Stores a checked definition; false: this very version is in force already.
  bool Publish(port::Transaction& transaction, const Definition& definition,
               std::string_view author);

 private:
  Office(const Plugins& plugins, vault::OfficeKeys keys);

  Plugins plugins_;
  Writer writer_;
  vault::OfficeKeys keys_;
  vault::Random random_;
  vault::Vault vault_;
  std::string origin_;
  std::string area_;
  ClockKind clock_ = ClockKind::kReal;
  std::mutex mutex_;
  std::shared_ptr<const Registers> registers_;
  std::map<std::string, std::shared_ptr<const Definition>, std::less<>> definitions_;
  std::map<std::string, std::shared_ptr<const doc::Image>, std::less<>> images_;  // some, see .cc
};

}  // namespace anjuan::runtime
