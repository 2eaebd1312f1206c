// The PNG reader against files made here: sound, damaged at every place, and made to do harm.
#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <array>
#include <cstring>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/png/png.h"

namespace anjuan {
namespace {

// A picture of `format` whose samples are `pixels`, as a file.
std::string MakePng(png_uint_32 width, png_uint_32 height, png_uint_32 format,
                    const std::string& pixels) {
  png_image image;
  std::memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = format;
  png_alloc_size_t size = 0;
  EXPECT_NE(png_image_write_get_memory_size(image, size, 0, pixels.data(), 0, nullptr), 0);
  std::string out(size, '\0');
  EXPECT_NE(png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr), 0);
  out.resize(size);
  return out;
}

std::string Number(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 255);
  return out;
}

std::string Chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const uLong sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return Number(static_cast<std::uint32_t>(data.size())) + body +
         Number(static_cast<std::uint32_t>(sum));
}

// The beginning of a file that claims to be so large.
std::string Header(std::uint32_t width, std::uint32_t height) {
  return std::string("\x89PNG\r\n\x1A\n") +
         Chunk("IHDR", Number(width) + Number(height) + std::string("\x08\x02\0\0\0", 5));
}

std::string CodeOf(std::string_view file) {
  const auto image = png::MakePngReader()->Read(file);
  if (image) return "";
  EXPECT_FALSE(image.error().front().hint.empty());
  return image.error().front().code;
}

// Enough bytes that damage falls into compressed data, too.
std::string Noise(size_t size) {
  std::string out;
  std::uint32_t state = 1;
  while (out.size() < size) {
    state = state * 1664525 + 1013904223;
    out += static_cast<char>(state >> 24);
  }
  return out;
}

TEST(PngReaderTest, PixelsRowsFromTheTop) {
  const std::string pixels("\xFF\0\0\0\xFF\0\0\0\xFF\x01\x02\x03", 12);
  const std::string file = MakePng(2, 2, PNG_FORMAT_RGB, pixels);
  const auto image = png::MakePngReader()->Read(file);
  ASSERT_TRUE(image.has_value()) << Render(image.error());
  EXPECT_EQ(image->width_px, 2);
  EXPECT_EQ(image->height_px, 2);
  EXPECT_EQ(image->rgb, pixels);
  EXPECT_EQ(image->sha256, ToHex(Sha256(file)));
}

TEST(PngReaderTest, TransparencyBecomesWhite) {
  const std::string pixels("\xFF\0\0\xFF\xFF\0\0\0\xFF\0\0\x80", 12);  // full, none, half
  const auto image = png::MakePngReader()->Read(MakePng(3, 1, PNG_FORMAT_RGBA, pixels));
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->rgb.substr(0, 6), std::string("\xFF\0\0\xFF\xFF\xFF", 6));
  EXPECT_EQ(static_cast<unsigned char>(image->rgb[6]), 255);
  const int half = static_cast<unsigned char>(image->rgb[7]);
  EXPECT_GT(half, 100);
  EXPECT_LT(half, 220);
}

TEST(PngReaderTest, GreysBecomeThreeEqualBytes) {
  const auto image =
      png::MakePngReader()->Read(MakePng(2, 1, PNG_FORMAT_GRAY, std::string("\x10\xF0", 2)));
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->rgb, std::string("\x10\x10\x10\xF0\xF0\xF0"));
}

TEST(PngReaderTest, WhatIsNoPngIsDamaged) {
  EXPECT_EQ(CodeOf(""), "image.damaged");
  EXPECT_EQ(CodeOf("\xFF\xD8\xFF\xE0 a photograph"), "image.damaged");
  EXPECT_EQ(CodeOf(std::string("\x89PNG\r\n\x1A\n", 8)), "image.damaged");
}

// Cut off anywhere before the end of the pixels: an error, never an abort, never a half picture.
TEST(PngReaderTest, TruncatedAnywhereIsDamaged) {
  const std::string file = MakePng(40, 40, PNG_FORMAT_RGBA, Noise(size_t{40} * 40 * 4));
  const size_t end = file.rfind("IDAT");
  ASSERT_NE(end, std::string::npos);
  for (size_t length = 0; length < file.size() - 20; length += 7) {
    EXPECT_EQ(CodeOf(std::string_view(file).substr(0, length)), "image.damaged") << length;
  }
}

// One byte changed at every place of the file: it reads or it does not; nothing else happens.
TEST(PngReaderTest, DamageAtAnyByteIsSurvived) {
  const std::string file = MakePng(24, 24, PNG_FORMAT_RGBA, Noise(size_t{24} * 24 * 4));
  const auto reader = png::MakePngReader();
  int refused = 0;
  for (size_t at = 0; at < file.size(); ++at) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string damaged = file;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      const auto image = reader->Read(damaged);
      if (!image) ++refused;
      if (image) {
        EXPECT_EQ(image->rgb.size(), size_t{24} * 24 * 3);
      }
    }
  }
  // Checksums find all but what is changed in the closing chunk.
  EXPECT_GT(refused, static_cast<int>(file.size()) * 3 - 80);
}

TEST(PngReaderTest, BombsAreRefusedByTheirHeader) {
  EXPECT_EQ(CodeOf(Header(0x7FFFFFFF, 0x7FFFFFFF) + Chunk("IDAT", "")), "image.damaged");
  EXPECT_EQ(CodeOf(Header(900'000, 900'000) + Chunk("IDAT", "")), "image.size");
  EXPECT_EQ(CodeOf(Header(15'000, 15'000) + Chunk("IDAT", "")), "image.size");
  EXPECT_EQ(CodeOf(Header(1, 20'000) + Chunk("IDAT", "")), "image.size");
  EXPECT_EQ(CodeOf(Header(0, 5) + Chunk("IDAT", "")), "image.damaged");
}

// 30 KB that unfold to 30 MB, more than the header says: what is too much is not kept.
TEST(PngReaderTest, MoreDataThanTheHeaderSays) {
  const std::string zeros(size_t{30} << 20, '\0');
  uLongf size = compressBound(static_cast<uLong>(zeros.size()));
  std::string packed(size, '\0');
  ASSERT_EQ(
      compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(zeros.data()), static_cast<uLong>(zeros.size()), 9),
      Z_OK);
  packed.resize(size);
  const auto image =
      png::MakePngReader()->Read(Header(4, 4) + Chunk("IDAT", packed) + Chunk("IEND", ""));
  if (image) {
    EXPECT_EQ(image->rgb.size(), 48u);
  }
}

TEST(PngReaderTest, FilesBeyondTheBoundAreNotDecoded) {
  std::string file = MakePng(2, 2, PNG_FORMAT_RGB, std::string(12, 'x'));
  file += std::string((16 << 20), '\0');
  EXPECT_EQ(CodeOf(file), "image.size");
}

}  // namespace
}  // namespace anjuan
