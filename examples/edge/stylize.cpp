#include <array>
#include <cstdint>
#include <vector>

#include <onnxruntime_cxx_api.h>

// Ort::Env environment;
// Ort::Session session(environment, ORT_TSTR("style.onnx"), Ort::SessionOptions());

// Paints a picture: RGBA, row by row from the top, 4 * width * height bytes.
std::vector<std::uint8_t> stylize(Ort::Session& session, std::vector<std::uint8_t>& picture, std::int64_t width,
                                  std::int64_t height) {
  const std::array<std::int64_t, 4> shape{1, height, width, 4};
  const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const auto image = Ort::Value::CreateTensor<std::uint8_t>(memory, picture.data(), picture.size(), shape.data(), shape.size());
  const char* const inputs[] = {"image"};
  const char* const outputs[] = {"stylized"};
  const auto results = session.Run(Ort::RunOptions{nullptr}, inputs, &image, 1, outputs, 1);
  const std::uint8_t* const painted = results[0].GetTensorData<std::uint8_t>();
  return {painted, painted + picture.size()};
}
