// Slots: texts that stand for pictures in the body of a call until it is sent.
#include "provider/reference_slots.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "provider/form_shape.h"

namespace fluxgate {
namespace {

/// A job with three pictures and a mask.
struct Job {
  Job() {
    job.request_id = "0123456789abcdef0123456789abcdef";
    job.references = pictures;
    job.mask = &mask;
  }
  std::vector<Reference> pictures = {
      {ImageType::png, 10}, {ImageType::jpeg, 20}, {ImageType::webp, 30}};
  Reference mask = {ImageType::png, 5};
  ImageJob job = {};
};

std::string told(const std::vector<SlotPlace>& slots) {
  std::string text;
  for (const SlotPlace& slot : slots) {
    text += std::to_string(slot.place) + ":" + std::to_string(slot.index);
    text += slot.is_base64 ? "b " : "f ";
  }
  return text;
}

TEST(ReferenceSlots, AreTakenOutWhereTheyStand) {
  const Job made;
  std::string body;
  json::Writer json(body);
  json.begin_object().key("a");
  write_reference(json, made.job, 1, ReferenceForm::data_url);
  write_references(json, made.job, "b", ReferenceForm::base64);
  json.end_object();
  const std::vector<SlotPlace> slots = take_out_slots(body, made.job);
  EXPECT_EQ(body, R"({"a":"data:image/jpeg;base64,","b":["","",""]})");
  EXPECT_EQ(told(slots), "29:1b 37:0b 40:1b 43:2b ");
  EXPECT_EQ(told(take_out_slots(body, made.job)), "");
}

TEST(ReferenceSlots, ArePicturesOfTheirRequestAlone) {
  const Job made;
  Job other;
  other.job.request_id = "ffffffffffffffffffffffffffffffff";
  const std::string slot = reference_slot(other.job, 0, ReferenceForm::base64);
  for (std::string text :
       {slot, std::string("fluxgate-reference-"),
        std::string("fluxgate-reference-0123456789abcdef0123456789abcdef"),
        std::string("fluxgate-reference-0123456789abcdef0123456789abcdef-0"),
        std::string("fluxgate-reference-0123456789abcdef0123456789abcdef-xxb")}) {
    const std::string before = text;
    EXPECT_EQ(told(take_out_slots(text, made.job)), "") << before;
    EXPECT_EQ(text, before);
  }
  ImageJob none;
  none.request_id = made.job.request_id;
  std::string text = reference_slot(made.job, 0, ReferenceForm::base64);
  EXPECT_EQ(told(take_out_slots(text, none)), "");
}

TEST(ReferenceSlots, AreNumbered) {
  const Job made;
  std::string body;
  json::Writer json(body);
  json.begin_object();
  write_numbered_references(json, made.job, "image", "_", ReferenceForm::base64);
  json.end_object();
  take_out_slots(body, made.job);
  EXPECT_EQ(body, R"({"image":"","image_2":"","image_3":""})");
}

TEST(FormShape, MakesFilesOfSlots) {
  const Job made;
  Request request;
  json::Writer json(request.body);
  json.begin_object().key("prompt").string("a \"cat\"").key("n").number(1);
  write_references(json, made.job, "image[]", ReferenceForm::file);
  write_mask(json, made.job, "mask", ReferenceForm::file);
  json.key("texts").begin_array().string("x").end_array().end_object();
  turn_into_form(request, made.job);
  const std::vector<SlotPlace> slots = take_out_slots(request.body, made.job);
  EXPECT_EQ(slots.size(), 4u);
  for (const char* part :
       {"name=\"prompt\"\r\n\r\na \"cat\"\r\n", "name=\"n\"\r\n\r\n1\r\n",
        "name=\"image[]\"; filename=\"image0.png\"\r\ncontent-type: image/png\r\n\r\n\r\n",
        "name=\"image[]\"; filename=\"image1.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n\r\n",
        "name=\"image[]\"; filename=\"image2.webp\"\r\ncontent-type: image/webp\r\n\r\n\r\n",
        "name=\"mask\"; filename=\"mask.png\"\r\ncontent-type: image/png\r\n\r\n\r\n",
        "name=\"texts\"\r\n\r\n[\"x\"]\r\n"}) {
    EXPECT_NE(request.body.find(part), request.body.npos) << part << request.body;
  }
  for (const SlotPlace& slot : slots) EXPECT_FALSE(slot.is_base64);
  EXPECT_EQ(slots.back().index, kMaskSlot);
}

}  // namespace
}  // namespace fluxgate
