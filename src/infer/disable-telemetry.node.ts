// ONNX Runtime's Node package can report usage to its makers and reads this variable when its library is loaded: nothing
// that impasto does leaves the machine unless the user says otherwise.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
