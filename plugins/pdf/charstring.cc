#include "plugins/pdf/charstring.h"

#include <cmath>
#include <cstdlib>

#include "plugins/pdf/sfnt.h"

namespace anjuan::pdf {
namespace {

constexpr int kDeepest = 10;       // nesting of subroutines, note 5177 appendix B
constexpr size_t kMostStack = 96;  // twice what the note allows
constexpr size_t kLongest = 65535;

// Every point moves to the next even coordinate: at most half a thousandth of an em either way,
// 0.008 pt in text of 16 pt, a fifteenth of a dot at 600 dots an inch. The numbers of an outline
// are as good as random, so a bit less of each is a seventh of the file.
constexpr double kGrid = 2;

enum Op : std::uint32_t {
  kHStem = 1,
  kVStem = 3,
  kVMoveTo = 4,
  kRLineTo = 5,
  kHLineTo = 6,
  kVLineTo = 7,
  kRRCurveTo = 8,
  kCallSubr = 10,
  kReturn = 11,
  kEscape = 12,
  kEndChar = 14,
  kHStemHm = 18,
  kHintMask = 19,
  kCntrMask = 20,
  kRMoveTo = 21,
  kHMoveTo = 22,
  kVStemHm = 23,
  kRCurveLine = 24,
  kRLineCurve = 25,
  kVVCurveTo = 26,
  kHHCurveTo = 27,
  kCallGSubr = 29,
  kVHCurveTo = 30,
  kHVCurveTo = 31,
  kHFlex = 0x0C22,
  kFlex = 0x0C23,
  kHFlex1 = 0x0C24,
  kFlex1 = 0x0C25,
};

int Bias(size_t count) {
  return count < 1240 ? 107 : count < 33900 ? 1131 : 32768;
}

void PutOperand(std::string& out, double value) {
  const auto fixed = static_cast<std::int64_t>(std::llround(value * 65536));
  const auto put = [&](std::int64_t byte) { out += static_cast<char>(byte & 255); };
  if (fixed % 65536 != 0) {
    out += '\xFF';
    for (int shift = 24; shift >= 0; shift -= 8) put(fixed >> shift);
    return;
  }
  const std::int64_t number = fixed / 65536;
  if (number >= -107 && number <= 107) {
    put(number + 139);
  } else if (number >= 108 && number <= 1131) {
    put(247 + (number - 108) / 256);
    put((number - 108) % 256);
  } else if (number >= -1131 && number <= -108) {
    put(251 + (-number - 108) / 256);
    put((-number - 108) % 256);
  } else {
    put(28);
    put(number >> 8);
    put(number);
  }
}

struct Operand {
  double value = 0;
  size_t length = 1;
};

Operand ReadOperand(Bytes bytes, size_t at) {
  const int b = static_cast<int>(bytes.U8(at));
  const int next = static_cast<int>(bytes.U8(at + 1));
  if (b == 28) return {static_cast<double>(bytes.I16(at + 1)), 3};
  if (b <= 246) return {static_cast<double>(b - 139), 1};
  if (b <= 250) return {static_cast<double>((b - 247) * 256 + next + 108), 2};
  if (b <= 254) return {static_cast<double>(-(b - 251) * 256 - next - 108), 2};
  return {static_cast<double>(static_cast<std::int32_t>(bytes.U32(at + 1))) / 65536, 5};
}

}  // namespace

bool CharstringWriter::Run(std::string_view program, int depth) {
  if (depth > kDeepest) return false;
  const Bytes bytes(program);
  for (size_t at = 0; at < program.size() && !ended_;) {
    const std::uint32_t b = bytes.U8(at);
    if (b == 28 || b >= 32) {
      const Operand operand = ReadOperand(bytes, at);
      if (stack_.size() == kMostStack) return false;
      stack_.push_back(operand.value);
      at += operand.length;
      continue;
    }
    ++at;
    if (b == kReturn) return true;
    if (b == kCallSubr || b == kCallGSubr) {
      if (!Call(b == kCallSubr ? local_ : global_, depth)) return false;
    } else if (b == kHStem || b == kVStem || b == kHStemHm || b == kVStemHm) {
      DropHints();
    } else if (b == kHintMask || b == kCntrMask) {
      DropHints();  // stems may come before a mask without operator
      at += (stems_ + 7) / 8;
    } else if (!Operator(b == kEscape ? 0x0C00 + bytes.U8(at++) : b)) {
      return false;
    }
  }
  return out_.size() <= kLongest;
}

bool CharstringWriter::Call(const Subroutines& subroutines, int depth) {
  if (stack_.empty()) return false;
  const double index = stack_.back() + Bias(subroutines.size());
  stack_.pop_back();
  if (index < 0 || index >= static_cast<double>(subroutines.size())) return false;
  return Run(subroutines[static_cast<size_t>(index)], depth + 1);
}

// Nothing stays of a hint but the width that may stand before it.
void CharstringWriter::DropHints() {
  const size_t count = stack_.size() - (width_ ? 1 : 0);
  stems_ += count / 2;
  if (first_ && count % 2 == 1) width_ = true;
  first_ = false;
  stack_.resize(width_ ? 1 : 0);
}

// Writes the width, where one stands before `operands` others, and takes it from the stack.
void CharstringWriter::Width(size_t operands) {
  if (width_ || (first_ && stack_.size() > operands)) {
    if (!stack_.empty()) {
      PutOperand(out_, stack_.front());
      stack_.erase(stack_.begin());
    }
  }
  width_ = false;
}

double CharstringWriter::Snapped(Axis axis, double delta) {
  const auto i = static_cast<size_t>(axis);
  at_[i] += delta;
  const double to = std::round(at_[i] / kGrid) * kGrid;
  const double out = to - written_[i];
  written_[i] = to;
  return out;
}

// Operands begin to end - 1 are dx dy dx dy …
void CharstringWriter::Pairs(size_t begin, size_t end) {
  for (size_t i = begin; i + 1 < end; i += 2) {
    stack_[i] = Snapped(Axis::kX, stack_[i]);
    stack_[i + 1] = Snapped(Axis::kY, stack_[i + 1]);
  }
}

void CharstringWriter::Alternate(Axis axis) {
  for (double& number : stack_) {
    number = Snapped(axis, number);
    axis = axis == Axis::kX ? Axis::kY : Axis::kX;
  }
}

void CharstringWriter::Move(std::uint32_t op) {
  Width(op == kRMoveTo ? 2 : 1);
  if (op == kRMoveTo) {
    Pairs(0, stack_.size());
  } else if (!stack_.empty()) {
    stack_[0] = Snapped(op == kHMoveTo ? Axis::kX : Axis::kY, stack_[0]);
  }
}

// hhcurveto: dy1? {dxa dxb dyb dxc}+; vvcurveto: dx1? {dya dxb dyb dyc}+.
void CharstringWriter::CurvesAlong(std::uint32_t op) {
  const Axis along = op == kHHCurveTo ? Axis::kX : Axis::kY;
  const Axis across = op == kHHCurveTo ? Axis::kY : Axis::kX;
  size_t i = 0;
  if (stack_.size() % 4 == 1) stack_[i] = Snapped(across, stack_[i]), ++i;
  for (; i + 3 < stack_.size(); i += 4) {
    stack_[i] = Snapped(along, stack_[i]);
    Pairs(i + 1, i + 3);
    stack_[i + 3] = Snapped(along, stack_[i + 3]);
  }
}

// hvcurveto, vhcurveto: curves that begin along one axis and end along the other, in turn; the last
// may have a fifth operand.
void CharstringWriter::CurvesInTurn(std::uint32_t op) {
  Axis begin = op == kHVCurveTo ? Axis::kX : Axis::kY;
  for (size_t i = 0; i + 3 < stack_.size(); i += 4) {
    const Axis end = begin == Axis::kX ? Axis::kY : Axis::kX;
    stack_[i] = Snapped(begin, stack_[i]);
    Pairs(i + 1, i + 3);
    stack_[i + 3] = Snapped(end, stack_[i + 3]);
    if (i + 5 == stack_.size()) {
      stack_[i + 4] = Snapped(begin, stack_[i + 4]);
      break;
    }
    begin = end;
  }
}

// The flex operators become the two curves they stand for.
bool CharstringWriter::Flex(std::uint32_t op) {
  const std::vector<double>& s = stack_;
  std::vector<double> curves;
  if (op == kFlex && s.size() == 13) {
    curves.assign(s.begin(), s.end() - 1);
  } else if (op == kHFlex && s.size() == 7) {
    curves = {s[0], 0, s[1], s[2], s[3], 0, s[4], 0, s[5], -s[2], s[6], 0};
  } else if (op == kHFlex1 && s.size() == 9) {
    const double back = -(s[1] + s[3] + s[7]);
    curves = {s[0], s[1], s[2], s[3], s[4], 0, s[5], 0, s[6], s[7], s[8], back};
  } else if (op == kFlex1 && s.size() == 11) {
    double dx = 0;
    double dy = 0;
    for (size_t i = 0; i < 10; i += 2) dx += s[i], dy += s[i + 1];
    const bool flat = std::abs(dx) > std::abs(dy);
    curves.assign(s.begin(), s.end() - 1);
    curves.push_back(flat ? s[10] : -dx);
    curves.push_back(flat ? -dy : s[10]);
  } else {
    return false;
  }
  stack_ = std::move(curves);
  Pairs(0, stack_.size());
  Emit(kRRCurveTo);
  return true;
}

void CharstringWriter::Emit(std::uint32_t op) {
  for (const double number : stack_) PutOperand(out_, number);
  out_ += static_cast<char>(op);
  stack_.clear();
  first_ = false;
  width_ = false;
}

bool CharstringWriter::Operator(std::uint32_t op) {
  switch (op) {
    case kRMoveTo:
    case kHMoveTo:
    case kVMoveTo:
      Move(op);
      break;
    case kRLineTo:
    case kRRCurveTo:
    case kRCurveLine:
    case kRLineCurve:
      Pairs(0, stack_.size());
      break;
    case kHLineTo:
      Alternate(Axis::kX);
      break;
    case kVLineTo:
      Alternate(Axis::kY);
      break;
    case kHHCurveTo:
    case kVVCurveTo:
      CurvesAlong(op);
      break;
    case kHVCurveTo:
    case kVHCurveTo:
      CurvesInTurn(op);
      break;
    case kEndChar:
      ended_ = true;
      break;
    case kHFlex:
    case kFlex:
    case kHFlex1:
    case kFlex1:
      return Flex(op);
    default:
      return false;  // arithmetic and storage
  }
  Emit(op);
  return true;
}

}  // namespace anjuan::pdf
