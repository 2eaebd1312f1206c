// From the picture of a seal to the paper that carries it, and from its QR code back to the case.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include "engine/app/folder.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "tests/app/harness.h"
#include "tests/support/tools.h"

namespace anjuan::test {
namespace {

std::string BigEndian(std::uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 255);
  return out;
}

std::string Chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
  const auto check = static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(body.size())));
  return BigEndian(static_cast<std::uint32_t>(data.size())) + body + BigEndian(check);
}

// A red square with a white middle.
std::string MakePng(int pixels, char shade = '\x20') {
  std::string rows;
  for (int y = 0; y < pixels; ++y) {
    rows += '\0';
    for (int x = 0; x < pixels; ++x) {
      const bool edge = std::min({x, y, pixels - 1 - x, pixels - 1 - y}) < pixels / 10;
      rows += edge ? std::string{'\xd0', shade, shade} : std::string("\xff\xff\xff");
    }
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()));
  packed.resize(size);
  const auto side = BigEndian(static_cast<std::uint32_t>(pixels));
  return "\x89PNG\r\n\x1a\n" + Chunk("IHDR", side + side + std::string("\x08\x02\0\0\0", 5)) +
         Chunk("IDAT", packed) + Chunk("IEND", "");
}

class SealsTest : public OfficeTest {
 protected:
  // A permit that was announced; its case.
  std::string Announce() {
    const std::string id = Open();
    EXPECT_EQ(Run({"fire", id, "submit"}).exit, 0);
    const Outcome announced = Run({"fire", id, "announce"});
    EXPECT_EQ(announced.exit, 0) << announced.err;
    return id;
  }
  std::string Paper(const std::string& id) {
    for (const auto& entry : std::filesystem::directory_iterator(office() / "documents" / id)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("T9002")) return entry.path().string();
    }
    ADD_FAILURE() << "no T9002 of " << id;
    return "";
  }
};

TEST_F(SealsTest, PapersIssuedAfterTheImportCarryTheSeal) {
  Init();
  const std::string before = Announce();
  const std::string office_id = "hrss@430602";  // of E1's district
  const Outcome taken =
      Run({"import", "seals", Write("a.png", MakePng(300)), "--organisation", office_id});
  ASSERT_EQ(taken.exit, 0) << taken.err;
  EXPECT_EQ(taken.out, "1 seals read, 1 new or changed\n");
  EXPECT_EQ(Run({"import", "seals", Path("a.png"), "--organisation", office_id}).out,
            "1 seals read, 0 new or changed\n");
  const std::string after = Announce();
  // A newer seal is for newer papers: both stay as they were issued.
  ASSERT_EQ(
      Run({"import", "seals", Write("b.png", MakePng(320, '\x60')), "--organisation", office_id})
          .exit,
      0);
  const std::string latest = Announce();
  if (HasTool("pdfimages")) {
    const auto images = [&](const std::string& id) {
      return Output("pdfimages -list " + Paper(id) + " 2>&1");
    };
    EXPECT_EQ(images(before).find("image"), std::string::npos);
    EXPECT_NE(images(after).find("300"), std::string::npos) << images(after);
    EXPECT_NE(images(latest).find("320"), std::string::npos) << images(latest);
  }
  const Outcome verified = Run({"verify"});
  EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
  const Outcome replayed = Run({"replay"});
  EXPECT_EQ(replayed.exit, 0) << replayed.out << replayed.err;
}

TEST_F(SealsTest, OfficesChangeWherePapersAreVerified) {
  Init();
  constexpr std::string_view kOffice =
      R"({"offices": [{"role": "hrss", "holders": ["hrss_clerk"], "short_name": "{region}人社",
          "names": {"county": "{region}人社局"}, "verify_url": "URL"}]})";
  const auto file = [&](const std::string& url) {
    std::string text(kOffice);
    text.replace(text.find("URL"), 3, url);
    return Write("offices.json", text);
  };
  const Outcome refused = Run({"import", "offices", file("verify.example.cn")});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE((refused.out + refused.err).find("office.verify_url"), std::string::npos);
  const Outcome checked = Run({"import", "offices", file("https://v.example.cn"), "--dry-run"});
  EXPECT_EQ(checked.exit, 0) << checked.err;
  EXPECT_NE(checked.out.find("未保存"), std::string::npos) << checked.out;
  const std::string taken = "1 项机关和简称，1 项新增或有变化\n";
  EXPECT_EQ(Run({"import", "offices", Path("offices.json")}).out, taken);
  EXPECT_EQ(Run({"import", "offices", Path("offices.json")}).out,
            "1 项机关和简称，0 项新增或有变化\n");
}

TEST_F(SealsTest, PicturesRestEncryptedAndPlainOnesOfBeforeAreStillRead) {
  Init();
  const std::string png = MakePng(300);
  const std::string head = png.substr(0, 30);
  const std::string organisation = "hrss@430602";
  const auto in_the_open = [&] {
    for (const char* name : {"office.db", "office.db-wal"}) {
      if (ReadAll(office() / name).find(head) != std::string::npos) return true;
    }
    return false;
  };
  const auto import = [&](const std::string& file) {
    return Run({"import", "seals", file, "--organisation", organisation}).exit;
  };
  ASSERT_EQ(import(Write("a.png", png)), 0);
  EXPECT_FALSE(in_the_open());
  const std::string sealed = Announce();
  // As an office of before has it.
  app::OpenOffice::Open(office()).value()->office().store().Transact([&](port::Transaction& t) {
    t.Put(port::blobs::kTable, {port::Cell(ToHex(Sha256(png))), port::Cell(png)});
    return true;
  });
  EXPECT_TRUE(in_the_open());
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
  const std::string plain = Announce();
  if (HasTool("pdfimages")) {
    for (const std::string& id : {sealed, plain}) {
      EXPECT_NE(Output("pdfimages -list " + Paper(id)).find("300"), std::string::npos);
    }
  }
  // The next import, or a new master key, encrypts them.
  ASSERT_EQ(import(Write("b.png", MakePng(320))), 0);
  EXPECT_FALSE(in_the_open());
  EXPECT_EQ(Run({"keys", "rotate", "--reason", "换人", "--without-backup"}).exit, 0);
  EXPECT_FALSE(in_the_open());
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
  Announce();
}

TEST_F(SealsTest, TheCodeOnThePaperLeadsBackToItsCase) {
  if (!HasTool("zbarimg") || !HasTool("pdftoppm")) GTEST_SKIP() << "zbarimg or pdftoppm missing";
  Init();
  const std::string first = Announce();
  const std::string second = Announce();
  const auto code_of = [&](const std::string& id) {
    Output("pdftoppm -r 200 -png -singlefile " + Paper(id) + " " + Path("page"));
    return std::string(Trim(Output("zbarimg -q --raw " + Path("page") + ".png 2>/dev/null")));
  };
  const std::string code = code_of(first);
  ASSERT_TRUE(code.starts_with("https://verify.example.cn/示告〔")) << code;
  const std::string secret = code.substr(code.rfind('/') + 1);
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_NE(secret, std::string(32, '0'));
  EXPECT_NE(secret, code_of(second).substr(code_of(second).rfind('/') + 1));
  EXPECT_EQ(ToHex(Sha256(ReadAll(Paper(first)))).find(secret), std::string::npos);
  const Outcome found = Run({"cases", "verification=" + secret});
  EXPECT_EQ(found.exit, 0) << found.err;
  EXPECT_NE(found.out.find(first), std::string::npos) << found.out;
  EXPECT_EQ(found.out.find(second), std::string::npos) << found.out;
}

TEST_F(SealsTest, EveryMistakeAtOnceAndNothingTaken) {
  Init();
  namespace fs = std::filesystem;
  const fs::path seals = folder_.path() / "seals";
  fs::create_directories(seals);
  Write("seals/hrss@430600.png", MakePng(300));
  Write("seals/nobody@430600.png", MakePng(300));
  Write("seals/union_upper@430600.png", MakePng(40));
  Write("seals/hrss@430602.png", "no picture");
  const Outcome taken = Run({"import", "seals", seals.string()});
  EXPECT_EQ(taken.exit, 1);
  EXPECT_NE(taken.err.find("nobody@430600"), std::string::npos) << taken.err;
  EXPECT_NE(taken.err.find("seal.size"), std::string::npos) << taken.err;
  EXPECT_NE(taken.err.find("hrss@430602.png"), std::string::npos) << taken.err;
  EXPECT_NE(taken.err.find("未导入任何印章"), std::string::npos);
  fs::remove(seals / "nobody@430600.png");
  fs::remove(seals / "union_upper@430600.png");
  fs::remove(seals / "hrss@430602.png");
  EXPECT_EQ(Run({"import", "seals", seals.string()}).out, "1 seals read, 1 new or changed\n");
  EXPECT_EQ(Run({"import", "seals", (seals / "hrss@430600.png").string()}).exit, 2);
}

}  // namespace
}  // namespace anjuan::test
