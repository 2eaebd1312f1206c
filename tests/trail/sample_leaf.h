// A leaf with every field filled.
#pragma once

#include "engine/trail/leaf.h"

namespace anjuan::trail::test {

inline Leaf FullLeaf() {
  Leaf leaf;
  leaf.log = "office.example/430600";
  leaf.event_id = "018f2d1e-0000-7000-8000-000000000001";
  leaf.command_id = "script:12";
  leaf.case_id = "4306002023P01000001";
  leaf.case_seq = 7;
  leaf.case_prev = std::string(64, 'a');
  leaf.version = 6;
  leaf.type = "event";
  leaf.event = "accept";
  leaf.from = {"offer_sent"};
  leaf.to = {"preparing", "waiting"};
  leaf.outcome = "ok";
  leaf.definition = {"collective-consultation", 3, std::string(64, 'd')};
  leaf.actor = "u17";
  leaf.role = "ent_chief";
  leaf.organisation = "E001";
  leaf.region = "430602";
  leaf.on_behalf = "ent_chief";
  leaf.auth = "password";
  leaf.src = std::string(64, 'e');
  leaf.time = 1'677'805'200'123;
  leaf.clock = {ClockRef::Mode::kManual, "operator"};
  leaf.effective_on = Date{2023, 3, 2};
  leaf.commit = std::string(64, 'c');
  leaf.key_id = "row";
  leaf.fields_root = std::string(64, 'f');
  leaf.documents = {{"D0101", "集体协商要约书", "application/pdf", 12345, std::string(64, '1')},
                    {"D0102", "@tagged", "application/pdf", 1, std::string(64, '2')}};
  leaf.reason = "vault:00112233445566778899aabbccddeeff";
  leaf.approvals = {"u18", "u19"};
  leaf.state_hash = std::string(64, '5');
  leaf.engine = "anjuan 0.1.0";
  return leaf;
}

}  // namespace anjuan::trail::test
