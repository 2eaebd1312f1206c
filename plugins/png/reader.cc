#include <png.h>

#include <cstring>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/png/png.h"

namespace anjuan::png {
namespace {

// A whole A4 sheet scanned at 400 dots an inch has 15.5 million pixels.
constexpr std::uint64_t kMostPixels = 16'000'000;
constexpr png_uint_32 kMostEdge = 16'000;
constexpr size_t kMostBytes = 16 << 20;

// libpng's state, freed however reading ends.
class Opened {
 public:
  explicit Opened(std::string_view file) {
    std::memset(&image_, 0, sizeof image_);
    image_.version = PNG_IMAGE_VERSION;
    ok_ = png_image_begin_read_from_memory(&image_, file.data(), file.size()) != 0;
  }
  ~Opened() { png_image_free(&image_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  bool ok() const { return ok_; }
  png_uint_32 width() const { return image_.width; }
  png_uint_32 height() const { return image_.height; }
  std::string_view message() const { return image_.message; }

  // All pixels, on white. Only after ok(); once.
  bool Pixels(std::string& rgb) {
    image_.format = PNG_FORMAT_RGB;
    rgb.resize(PNG_IMAGE_SIZE(image_));
    constexpr png_color kWhite = {255, 255, 255};
    return png_image_finish_read(&image_, &kWhite, rgb.data(), 0, nullptr) != 0;
  }

 private:
  png_image image_;
  bool ok_ = false;
};

Unexpected<Diagnostics> Damaged(std::string_view why) {
  return Fail({.code = "image.damaged",
               .message = StrCat("图片不是完好的 PNG 文件：", why),
               .hint = "用看图软件打开该图片，另存为 PNG 后再试"});
}

Unexpected<Diagnostics> TooBig(std::string message) {
  return Fail({.code = "image.size",
               .message = std::move(message),
               .hint = "用看图软件缩小尺寸，另存为 PNG 后再试；印章每边1000像素已足够清晰"});
}

class PngReader : public port::ImageReader {
 public:
  Result<doc::Image> Read(std::string_view file) const override {
    constexpr std::string_view kSignature = "\x89PNG\r\n\x1A\n";
    if (!file.starts_with(kSignature)) return Damaged("文件开头不是 PNG 标记");
    if (file.size() > kMostBytes) {
      return TooBig(StrCat("图片文件有 ", file.size(), " 字节，最多 ", kMostBytes, " 字节"));
    }
    Opened png(file);
    if (!png.ok()) return Damaged(png.message());
    // Before any room is taken: a few bytes can claim to be billions of pixels.
    if (png.width() > kMostEdge || png.height() > kMostEdge ||
        std::uint64_t{png.width()} * png.height() > kMostPixels) {
      return TooBig(StrCat("图片有 ", png.width(), "×", png.height(), " 像素，最多 ", kMostPixels,
                           " 像素，每边最多 ", kMostEdge));
    }
    doc::Image out;
    out.width_px = static_cast<int>(png.width());
    out.height_px = static_cast<int>(png.height());
    if (!png.Pixels(out.rgb)) return Damaged(png.message());
    out.sha256 = ToHex(Sha256(file));
    return out;
  }
};

}  // namespace

std::unique_ptr<port::ImageReader> MakePngReader() {
  return std::make_unique<PngReader>();
}

}  // namespace anjuan::png
