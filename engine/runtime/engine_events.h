// Events every process understands without naming them, and what comes to a case from inside the
// engine: timers and other cases.
//
//   aj.comment  {text}                      a remark, kept whole in the vault
//   aj.transfer {region, reason}            the case moves to another region from the business date
//   aj.correct  {fields: {…}, reason}       typed data put right, before and after in the history
//   aj.void     {document, reason}          the latest live document of that code; its number is
//                                           not used again
//   aj.dispatch {document}                  a paper of a timer, signed and sealed, goes out
//   aj.retry    {reason}                    an incident is cleared, its event tried again
//   aj.hold     {reason}                    nothing of the case may be erased (留存)
//   aj.release  {reason}                    until then
//   aj.reveal   {fields, reason}            somebody is shown personal data; names, never values
//   aj.erase    {subject, reason}           what the case holds of a person (privacy.h), named by
//   the
//                                           digits of the token; by the operator alone
//
// Source: design 3.1: named aj.*, never matched by `*`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/runtime/command.h"
#include "engine/runtime/commit.h"

namespace anjuan::runtime {

bool IsEngineEvent(std::string_view event);

Answer RunEngineEvent(Office& office, port::Transaction& transaction, LoadedCase& loaded,
                      const FireCommand& command, const Actor& actor,
                      const std::string& request_id);

// Fires a due timer, or gives its warning, through `fire`.
Answer FireLoadedTimer(Office& office, port::Transaction& transaction, LoadedCase& loaded,
                       const TimerRecord& timer,
                       const std::function<Answer(chart::Event, const std::string&)>& fire);

// The spawn id under which `source` is a live child of this case; "" where it is none.
std::string OriginOf(Office& office, port::Reader& reader, const LoadedCase& loaded,
                     const std::string& source);

}  // namespace anjuan::runtime
