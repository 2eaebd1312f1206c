// Backup and examination of an SQLite store's file.
#pragma once

#include <memory>
#include <string>

#include "engine/port/upkeep.h"

namespace anjuan::sqlite {

std::unique_ptr<port::Upkeep> MakeUpkeep(const std::string& path);

}  // namespace anjuan::sqlite
