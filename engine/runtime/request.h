// A command's request id: the same id, account and body do the same thing once (design section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/port/store.h"
#include "engine/runtime/command.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

// Names that commands bring along (request ids, accounts, roles): short, valid UTF-8, without
// control characters. Nothing else is written down anywhere.
bool IsPlainName(std::string_view text);

// Answers as they are stored with the request; a stored one comes back as kRepeated, a refusal
// (which only events between cases keep) as the refusal it was.
std::string WriteAnswer(const Answer& answer);
Answer ReadAnswer(const std::string& text);

// Bound to its account and a keyed hash of its body.
class Request {
 public:
  Request(Office& office, std::string area, std::string account, std::string id, const Value& body);

  const std::string& id() const { return id_; }
  // The stored answer, or a refusal where the id is no name or came with another body; nullopt:
  // not seen yet.
  std::optional<Answer> Seen(port::Reader& reader) const;
  void Keep(port::Transaction& transaction, const Answer& answer) const;

 private:
  Office& office_;
  std::string area_;
  std::string account_;
  bool named_;  // by who asks; else by us, and it cannot be repeated
  std::string id_;
  std::string body_hash_;
};

}  // namespace anjuan::runtime
