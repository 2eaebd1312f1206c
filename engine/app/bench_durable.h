// bench durable: the whole engine on its store, from command to sync.
//
// - clients: with 1 and with 64 waiting ones, steps a second and what a client waits.
// - timers: deadlines due at one moment, while one user works.
// - history: one case's history among many.
// - events: the same among --count events, written in bulk as the engine writes them.
// - trail: --count leaves of a log, verified one after the other.
// - commitments: what a row commits to beside its payload as a whole, and steps to compare with.
// - disk: what a step and a case of twenty steps take, without documents.
// - memory: of an idle office.
#pragma once

#include <filesystem>
#include <string>

#include "engine/app/commands.h"

namespace anjuan::app {

// `name`: "durable" for all, or one of them.
bool IsDurableBench(const std::string& name);
int BenchDurable(const std::string& name, const std::filesystem::path& library,
                 const Options& options, const Streams& streams);

}  // namespace anjuan::app
