#include "tests/support/raw_pdf.h"

#include "engine/base/text.h"

namespace anjuan::test {

std::string RawFile(const std::vector<std::string>& objects) {
  std::string out = "%PDF-1.4\n";
  std::string table = "0000000000 65535 f \n";
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string offset = std::to_string(out.size());
    offset.insert(0, 10 - offset.size(), '0');
    table += offset + " 00000 n \n";
    out += StrCat(i + 1, " 0 obj\n", objects[i], "\nendobj\n");
  }
  const size_t place = out.size();
  return StrCat(out, "xref\n0 ", objects.size() + 1, "\n", table, "trailer\n<< /Root 1 0 R /Size ",
                objects.size() + 1, " >>\nstartxref\n", place, "\n%%EOF\n");
}

std::string RawPaper(const std::string& catalogue, const std::string& page,
                     const std::vector<std::string>& more) {
  std::vector<std::string> objects = {
      StrCat("<< /Type /Catalog /Pages 2 0 R ", catalogue, " >>"),
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      StrCat("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R ", page, " >>"),
      "<< /Length 4 >>\nstream\nq Q \nendstream"};
  objects.insert(objects.end(), more.begin(), more.end());
  return RawFile(objects);
}

}  // namespace anjuan::test
