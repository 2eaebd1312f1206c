// Type 2 charstrings (the outlines of a CFF font) written out for embedding: subroutines in the
// place of their calls, hints left out, points on a coarser grid.
//
// Source: Adobe technical note 5177.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anjuan::pdf {

using Subroutines = std::vector<std::string_view>;

class CharstringWriter {
 public:
  CharstringWriter(const Subroutines& local, const Subroutines& global)
      : local_(local), global_(global) {}

  // false: the program is damaged, or calculates, as no font does.
  bool Add(std::string_view program) { return Run(program, 0); }
  std::string Take() { return std::move(out_); }

 private:
  enum class Axis { kX, kY };

  bool Run(std::string_view program, int depth);
  bool Call(const Subroutines& subroutines, int depth);
  bool Operator(std::uint32_t op);
  bool Flex(std::uint32_t op);
  void DropHints();
  void Move(std::uint32_t op);
  void Width(size_t operands);
  void Pairs(size_t begin, size_t end);
  void Alternate(Axis axis);
  void CurvesAlong(std::uint32_t op);
  void CurvesInTurn(std::uint32_t op);
  double Snapped(Axis axis, double delta);
  void Emit(std::uint32_t op);

  const Subroutines& local_;
  const Subroutines& global_;
  std::string out_;
  std::vector<double> stack_;
  double at_[2] = {0, 0};       // the pen as the font has it
  double written_[2] = {0, 0};  // as written
  size_t stems_ = 0;
  bool first_ = true;   // no operator so far: the width may come with the next
  bool width_ = false;  // stack_[0] is the width, left over from hints
  bool ended_ = false;
};

}  // namespace anjuan::pdf
