// History rows as they lie in the file: leaf and payload packed by Zstandard with a dictionary of
// what all of them have in common. A store of offices is histories; packed, a row takes a third.
//
// Stored form of such a cell, since version 3: the bytes as they are (all rows of older versions);
// or 0x01 and a Zstandard frame (RFC 8878) without its four magic bytes, made with the dictionary
// history.zdict. Bytes that begin with 0x00 or 0x01 themselves get a 0x00 before them. The
// dictionary belongs to the format and never changes.
//
// Threads: one at a time for each Packer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/port/store.h"

namespace anjuan::sqlite {

bool IsPacked(const port::Table& table);

class Packer {
 public:
  Packer();
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  // The row with its packed cells as they are stored, and back.
  port::Row PackRow(const port::Row& row);
  void UnpackRow(port::Row& row);

 private:
  std::string Pack(std::string_view bytes);
  // What is no packed form (the file was damaged) is given as it is: its proof will fail.
  std::string Unpack(std::string stored);

  struct Contexts;
  std::unique_ptr<Contexts> contexts_;  // of the library; made when first needed
};

}  // namespace anjuan::sqlite
