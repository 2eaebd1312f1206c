#include "plugins/pdf/image.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "plugins/pdf/embed.h"

namespace anjuan::pdf {
namespace {

constexpr size_t kMostKept = 32;
constexpr size_t kMostColours = 256;

// One byte a pixel where the colours fit a palette, as those of a seal on white do: a third of the
// room. Colours in the order they are met. false: there are too many.
bool Indexed(const std::string& rgb, std::string& palette, std::string& indices) {
  std::unordered_map<std::uint32_t, std::uint8_t> known;
  indices.reserve(rgb.size() / 3);
  const Bytes bytes(rgb);
  for (size_t at = 0; at + 2 < rgb.size(); at += 3) {
    const std::uint32_t colour = bytes.U16(at) << 8 | bytes.U8(at + 2);
    auto found = known.find(colour);
    if (found == known.end()) {
      if (known.size() == kMostColours) return false;
      found = known.emplace(colour, static_cast<std::uint8_t>(known.size())).first;
      palette += rgb.substr(at, 3);
    }
    indices += static_cast<char>(found->second);
  }
  return true;
}

// Each row as the difference from the one above, behind the predictor's number (PNG, 9.2).
std::string RowsUp(const std::string& rgb, size_t row_bytes) {
  constexpr char kUp = 2;
  std::string out;
  out.reserve(rgb.size() + rgb.size() / row_bytes);
  for (size_t row = 0; row + row_bytes <= rgb.size(); row += row_bytes) {
    out += kUp;
    for (size_t at = row; at < row + row_bytes; ++at) {
      const int above = row == 0 ? 0 : static_cast<unsigned char>(rgb[at - row_bytes]);
      out += static_cast<char>(static_cast<unsigned char>(rgb[at]) - above);
    }
  }
  return out;
}

}  // namespace

EncodedImage Encode(const doc::Image& image) {
  EncodedImage out{image.sha256, image.width_px, image.height_px, "", ""};
  std::string indices;
  if (Indexed(image.rgb, out.palette, indices)) {
    out.data = Deflate(indices, kKeptLevel);
  } else {
    out.palette.clear();
    out.data = Deflate(RowsUp(image.rgb, static_cast<size_t>(image.width_px) * 3), kKeptLevel);
  }
  return out;
}

std::shared_ptr<const EncodedImage> ImageStore::Get(const doc::Image& image) const {
  const auto same = [&](const auto& kept) { return kept->sha256 == image.sha256; };
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(kept_.begin(), kept_.end(), same);
    if (found != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, found);
      return kept_.front();
    }
  }
  auto made = std::make_shared<const EncodedImage>(Encode(image));
  const std::lock_guard lock(mutex_);
  kept_.push_front(made);
  if (kept_.size() > kMostKept) kept_.pop_back();
  return made;
}

}  // namespace anjuan::pdf
