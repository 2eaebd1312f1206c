#include "engine/xml/xml.h"

#include <gtest/gtest.h>

namespace anjuan::xml {
namespace {

TEST(Xml, PointsIntoAttributes) {
  const Result<Document> read = Read(
      "<s xmlns='urn:a' xmlns:aj=\"urn:b\"\n  name=\"x\" aj:title='中文 a=\"1\"'\n>\n"
      " <中 a='1' b  = \"cond\"/>text &lt; <![CDATA[x]]></s>",
      "f.xml");
  ASSERT_TRUE(read);
  const Element& root = *read->root;
  EXPECT_EQ(root.attributes.size(), 2U);
  EXPECT_EQ(root.Find("name")->at, (Location{"f.xml", 2, 9}));
  EXPECT_EQ(root.Find("title", "urn:b")->at, (Location{"f.xml", 2, 22}));
  EXPECT_EQ(root.Get("title", "urn:b"), "中文 a=\"1\"");
  const Element& child = *root.Elements()[0];
  EXPECT_EQ(child.at, (Location{"f.xml", 4, 2}));
  EXPECT_EQ(child.Find("b")->at, (Location{"f.xml", 4, 17}));
  EXPECT_EQ(root.InnerText(), "\n text < x");
}

struct Bad {
  const char* text;
  const char* code;
  int column;
};

TEST(Xml, RefusesBadTextsWithAPlace) {
  for (const Bad& bad : {Bad{"<a><b></a>", "xml.syntax", 9},
                         Bad{"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml.doctype", 13},
                         Bad{"<a x='1' x='2'/>", "xml.syntax", 10}, Bad{"<b:a/>", "xml.syntax", 1},
                         Bad{"", "xml.syntax", 1}}) {
    const Result<Document> read = Read(bad.text, "f.xml");
    ASSERT_FALSE(read) << bad.text;
    EXPECT_EQ(read.error()[0].code, bad.code) << bad.text;
    EXPECT_EQ(read.error()[0].at.column, bad.column) << bad.text;
  }
}

TEST(Xml, BoundsItsDepth) {
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "<a>";
  const Result<Document> read = Read(deep, "f.xml");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error()[0].code, "xml.depth");
}

}  // namespace
}  // namespace anjuan::xml
